import { readFile } from 'node:fs/promises';
import openWabt from 'wabt';

/** The bytes of a WebAssembly module that is written as text. */
export async function assemble(file: URL): Promise<Uint8Array> {
  const wabt = await openWabt();
  const module = wabt.parseWat(file.pathname, await readFile(file, 'utf8'), { simd: true });
  module.validate();
  return module.toBinary({}).buffer;
}
