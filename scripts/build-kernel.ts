/**
 * Translates src/method/kernel.wat, the passes over all votes, to the kernel-bytes.ts beside it: as text, since `method` reads
 * no files.
 *
 * Run: npm exec -- node scripts/build-kernel.ts
 */
import { writeFile } from 'node:fs/promises';
import { kernelBytes } from '../test/method/kernel-bytes.ts';

await writeFile(new URL('../src/method/kernel-bytes.ts', import.meta.url), await kernelBytes());
