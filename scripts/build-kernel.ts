/**
 * Translates src/method/kernel.wat, the passes over all votes, src/method/algebra.wat, that of the belief, and
 * src/simulate/coda/best.wat to files beside them: as text, since `method` reads no files.
 *
 * Run: npm exec -- node scripts/build-kernel.ts
 */
import { writeFile } from 'node:fs/promises';
import { kernelBytes, kernels } from '../test/method/kernel-bytes.ts';

for (const kernel of kernels) await writeFile(kernel.bytes, await kernelBytes(kernel));
