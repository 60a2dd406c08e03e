/**
 * Writes the outlines of Inter, the font of all pictures, to src/picture/inter, and its license beside them: the packages that
 * hold the font and read it are 9 MB, and are needed here only.
 *
 * Run: npm exec -- node scripts/build-font.ts
 */
import { copyFile, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { SUBSETS } from '../src/picture/glyph.ts';
import { linesOf } from '../test/picture/inter.ts';

const folder = new URL('../src/picture/inter/', import.meta.url);
for (const subset of SUBSETS) {
  for (const weight of [400, 600] as const) {
    const lines = await linesOf(subset, weight);
    await writeFile(new URL(`${subset}-${weight}.gz`, folder), gzipSync(lines, { level: 9 }));
  }
}
await copyFile(new URL('../node_modules/@fontsource/inter/LICENSE', import.meta.url), new URL('OFL.txt', folder));
