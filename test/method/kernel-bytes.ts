import { assemble } from '../predictions/onnx/assemble.ts';

const LINE = 116;

/** What is written as WebAssembly text, and kept translated in one file beside it: as text, where no files are read. */
export const kernels = [
  {
    bytes: new URL('../../src/method/kernel-bytes.ts', import.meta.url),
    sources: { KERNEL: 'kernel.wat', ALGEBRA: 'algebra.wat' },
  },
  { bytes: new URL('../../src/simulate/coda/best-bytes.ts', import.meta.url), sources: { BEST: 'best.wat' } },
] as const;
type KernelFile = (typeof kernels)[number];

/** The text of the file beside them. */
export async function kernelBytes({ bytes, sources }: KernelFile): Promise<string> {
  const all = Object.entries(sources).map(async ([name, source]) => {
    const text = Buffer.from(await assemble(new URL(source, bytes))).toString('base64');
    const lines = text.match(new RegExp(`.{1,${LINE}}`, 'g'))!;
    const header = `/** ${source} translated, in base64. Written by scripts/build-kernel.ts. */`;
    return [header, `export const ${name} = \``, ...lines, '`;', ''].join('\n');
  });
  return (await Promise.all(all)).join('\n');
}
