/**
 * Translates the inner loops of decoding and resizing, src/predictions/onnx/pixels/**.wat, to the .wasm beside each.
 *
 * Run: npm exec -- node scripts/build-pixels.ts
 */
import { writeFile } from 'node:fs/promises';
import { assemble } from '../test/predictions/onnx/assemble.ts';

const folder = new URL('../src/predictions/onnx/pixels/', import.meta.url);
for (const name of ['resample', 'jpeg/jpeg'])
  await writeFile(new URL(`${name}.wasm`, folder), await assemble(new URL(`${name}.wat`, folder)));
