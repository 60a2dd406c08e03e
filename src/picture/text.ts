import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import opentype, { type Font, type Glyph, type PathCommand } from 'opentype.js';

/** Text as vector paths, so that a picture looks the same on a machine without any fonts. */

export type TextStyle = {
  /** Pixels per em. */
  readonly size: number;
  readonly color: string;
  readonly weight?: Weight;
  readonly anchor?: 'start' | 'middle' | 'end';
};

type Weight = 400 | 600;

/** Inter comes in one file for each script; they are asked in this order. */
const subsets = ['latin', 'latin-ext', 'greek', 'cyrillic'] as const;
const fonts = new Map<string, Font>();

/** An SVG `path` of one line of text whose baseline begins, is centered or ends at (x, y). */
export function textPath(text: string, x: number, y: number, style: TextStyle): string {
  const { size, color, weight = 400, anchor = 'start' } = style;
  const width = textWidth(text, size, weight);
  let left = x - { start: 0, middle: width / 2, end: width }[anchor];
  const outlines = glyphs(text, weight).map(({ glyph, font }) => {
    const outline = dataOf(glyph.getPath(left, y, size).commands);
    left += advance(glyph, font, size);
    return outline;
  });
  return `<path fill="${color}" d="${outlines.join('')}"/>`;
}

/** What the library's own `toPathData` says, to a tenth of a pixel; that takes twenty times as long, in which nobody's click is answered. */
function dataOf(commands: readonly PathCommand[]): string {
  return commands
    .map((command) => {
      if (command.type === 'Z') return 'Z';
      const end = [command.x, command.y];
      const first = 'x1' in command ? [command.x1, command.y1] : [];
      const second = 'x2' in command ? [command.x2, command.y2] : [];
      return command.type + [...first, ...second, ...end].map((place) => Math.round(10 * place) / 10).join(' ');
    })
    .join('');
}

/** Pixels from the line's first to its last edge. */
export function textWidth(text: string, size: number, weight: Weight = 400): number {
  return glyphs(text, weight).reduce((width, { glyph, font }) => width + advance(glyph, font, size), 0);
}

/** The text, or as much of its beginning as fits, with an ellipsis. */
export function fitText(text: string, maxWidth: number, size: number, weight: Weight = 400): string {
  if (textWidth(text, size, weight) <= maxWidth) return text;
  const characters = [...text];
  while (characters.length > 0 && textWidth(`${characters.join('')}…`, size, weight) > maxWidth) characters.pop();
  return `${characters.join('')}…`;
}

/** A character that no font has becomes the first font's box, which shows that something stands there. */
function glyphs(text: string, weight: Weight): { glyph: Glyph; font: Font }[] {
  return [...text].map((character) => {
    const subset = subsets.find((one) => fontOf(one, weight).charToGlyphIndex(character) !== 0) ?? subsets[0];
    const font = fontOf(subset, weight);
    return { glyph: font.charToGlyph(character), font };
  });
}

function advance(glyph: Glyph, font: Font, size: number): number {
  return ((glyph.advanceWidth ?? 0) * size) / font.unitsPerEm;
}

/** Read when a character needs it: most pictures need one of them. */
function fontOf(subset: string, weight: Weight): Font {
  const name = `inter-${subset}-${weight}-normal.woff`;
  const known = fonts.get(name) ?? loadFont(name);
  fonts.set(name, known);
  return known;
}

const require = createRequire(import.meta.url);
const fontFolder = join(dirname(require.resolve('@fontsource/inter/package.json')), 'files');

function loadFont(file: string): Font {
  const bytes = readFileSync(join(fontFolder, file));
  return opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
