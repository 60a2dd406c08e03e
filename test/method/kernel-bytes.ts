import { assemble } from '../predictions/onnx/assemble.ts';

const LINE = 116;

/** What is written as WebAssembly text, and kept translated in a file beside it: as text, where no files are read. */
export const kernels = [
  { source: new URL('../../src/method/kernel.wat', import.meta.url), bytes: 'kernel-bytes.ts', name: 'KERNEL' },
  { source: new URL('../../src/simulate/coda/best.wat', import.meta.url), bytes: 'best-bytes.ts', name: 'BEST' },
] as const;
type KernelSource = (typeof kernels)[number];

/** The text of the file beside it. */
export async function kernelBytes({ source, name }: KernelSource): Promise<string> {
  const text = Buffer.from(await assemble(source)).toString('base64');
  const lines = text.match(new RegExp(`.{1,${LINE}}`, 'g'))!;
  return [
    `/** ${source.pathname.split('/').at(-1)} translated, in base64. Written by scripts/build-kernel.ts. */`,
    `export const ${name} = \``,
    ...lines,
    '`;',
    '',
  ].join('\n');
}
