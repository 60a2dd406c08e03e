import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** Inter's letters as outlines, so that no program that reads fonts is needed; written by scripts/build-font.ts. */

/** Of all lengths here: so many make an em. */
export const UNITS_PER_EM = 2048;

/** Weights of the font that are there: regular and semibold. */
export type Weight = 400 | 600;

/** A move, a line or a curve, with the places it names: x and y by turns, y points up. */
type Stroke = { readonly letter: string; readonly places: readonly number[] };

/** What a character looks like. */
export type Glyph = {
  /** How far on the next one begins. */
  readonly advance: number;
  readonly outline: readonly Stroke[];
};

/** Inter comes in one file for each script; they are asked in this order. */
export const SUBSETS = ['latin', 'latin-ext', 'greek', 'cyrillic'] as const;

/** A file of the font. */
export type Subset = (typeof SUBSETS)[number];

/** What stands for a character that no font has. */
export const BOX = 'box';

/** Lines by the code point they are about, in hexadecimal digits. */
type Font = ReadonlyMap<string, string>;
const fonts = new Map<string, Font>();
const glyphs = { 400: new Map<string, Glyph>(), 600: new Map<string, Glyph>() };

/** What a character looks like; one that Inter does not have is a box, which shows that something stands there. */
export function glyphOf(character: string, weight: Weight): Glyph {
  const known = glyphs[weight].get(character) ?? makeGlyph(character, weight);
  glyphs[weight].set(character, known);
  return known;
}

function makeGlyph(character: string, weight: Weight): Glyph {
  const code = character.codePointAt(0)!.toString(16);
  const lines = SUBSETS.values().map((subset) => fontOf(subset, weight).get(code));
  return glyphIn(lines.find((line) => line !== undefined) ?? fontOf('latin', weight).get(BOX)!);
}

/** Read when a character needs it: most pictures need one of them. */
function fontOf(subset: Subset, weight: Weight): Font {
  const name = `${subset}-${weight}`;
  const known = fonts.get(name) ?? readFont(name);
  fonts.set(name, known);
  return known;
}

/** A line a character: its code point in hexadecimal digits, the advance, and the outline. */
function readFont(name: string): Font {
  const text = gunzipSync(readFileSync(new URL(`./inter/${name}.gz`, import.meta.url))).toString();
  return new Map(text.split('\n').map((line): [string, string] => [line.split(' ', 1)[0]!, line]));
}

function glyphIn(line: string): Glyph {
  const [, advance, outline] = /^\S+ (\d+) (.*)$/.exec(line)!;
  return { advance: Number(advance), outline: (outline!.match(/[MLQ][^MLQ]*/g) ?? []).map(strokeIn) };
}

function strokeIn(text: string): Stroke {
  return { letter: text[0]!, places: text.slice(1).split(' ').map(Number) };
}
