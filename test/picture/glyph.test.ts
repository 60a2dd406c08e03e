import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { glyphOf, SUBSETS } from '../../src/picture/glyph.ts';
import { linesOf } from './inter.ts';

test.each(SUBSETS)('the outlines that are drawn are those of Inter: %s', async (subset) => {
  for (const weight of [400, 600] as const) {
    const kept = await readFile(new URL(`../../src/picture/inter/${subset}-${weight}.gz`, import.meta.url));
    expect(gunzipSync(kept).toString() === (await linesOf(subset, weight)), `run scripts/build-font.ts`).toBe(true);
  }
});

test('a hyphen is a bar, a space is nothing, and what Inter has no outline for is a box', () => {
  const hyphen = glyphOf('-', 400);
  expect(hyphen.outline.map(({ letter }) => letter).join('')).toBe('MLLLL');
  expect(glyphOf(' ', 400).outline).toEqual([]);
  expect(glyphOf(' ', 400).advance).toBeGreaterThan(0);
  expect(glyphOf('漢', 400).outline).not.toEqual([]);
  expect(glyphOf('漢', 400)).toEqual(glyphOf('🦉', 400));
});

test('letters of other scripts are found in their files', () => {
  const widths = [...'aőλж'].map((character) => glyphOf(character, 600).advance);
  expect(new Set(widths).size).toBe(4);
});
