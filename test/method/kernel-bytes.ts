import { assemble } from '../predictions/onnx/assemble.ts';

const source = new URL('../../src/method/kernel.wat', import.meta.url);
const LINE = 116;

/** The text of src/method/kernel-bytes.ts. */
export async function kernelBytes(): Promise<string> {
  const text = Buffer.from(await assemble(source)).toString('base64');
  const lines = text.match(new RegExp(`.{1,${LINE}}`, 'g'))!;
  return [
    '/** kernel.wat translated, in base64. Written by scripts/build-kernel.ts. */',
    'export const KERNEL = `',
    ...lines,
    '`;',
    '',
  ].join('\n');
}
