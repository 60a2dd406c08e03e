/**
 * Translates src/predictions/onnx/pixels/resample.wat, the inner loops of the resize, to the resample.wasm beside it.
 *
 * Run: npm exec -- node scripts/build-resample.ts
 */
import { writeFile } from 'node:fs/promises';
import { assemble } from '../test/predictions/onnx/assemble.ts';

const folder = new URL('../src/predictions/onnx/pixels/', import.meta.url);
await writeFile(new URL('resample.wasm', folder), await assemble(new URL('resample.wat', folder)));
