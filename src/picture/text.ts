import { type Glyph, glyphOf, UNITS_PER_EM, type Weight } from './glyph.ts';

/** Text as vector paths, so that a picture looks the same on a machine without any fonts. */

export type TextStyle = {
  /** Pixels per em. */
  readonly size: number;
  readonly color: string;
  readonly weight?: Weight;
  readonly anchor?: 'start' | 'middle' | 'end';
};

/** An SVG `path` of one line of text whose baseline begins, is centered or ends at (x, y). */
export function textPath(text: string, x: number, y: number, style: TextStyle): string {
  const { size, color, weight = 400, anchor = 'start' } = style;
  const width = textWidth(text, size, weight);
  let left = x - { start: 0, middle: width / 2, end: width }[anchor];
  const outlines = [...text].map((character) => {
    const glyph = glyphOf(character, weight);
    const outline = dataOf(glyph, left, y, size);
    left += advance(glyph, size);
    return outline;
  });
  return `<path fill="${color}" d="${outlines.join('')}"/>`;
}

/** To a tenth of a pixel. */
function dataOf({ outline }: Glyph, left: number, baseline: number, size: number): string {
  const scale = (1 / UNITS_PER_EM) * size;
  const pixels = (place: number, at: number) => (at % 2 === 0 ? left + place * scale : baseline - place * scale);
  const tenths = (place: number, at: number) => Math.round(10 * pixels(place, at)) / 10;
  return outline.map(({ letter, places }) => letter + places.map(tenths).join(' ')).join('');
}

/** Pixels from the line's first to its last edge. */
export function textWidth(text: string, size: number, weight: Weight = 400): number {
  return [...text].reduce((width, character) => width + advance(glyphOf(character, weight), size), 0);
}

/** The text, or as much of its beginning as fits, with an ellipsis. */
export function fitText(text: string, maxWidth: number, size: number, weight: Weight = 400): string {
  if (textWidth(text, size, weight) <= maxWidth) return text;
  const characters = [...text];
  while (characters.length > 0 && textWidth(`${characters.join('')}…`, size, weight) > maxWidth) characters.pop();
  return `${characters.join('')}…`;
}

function advance(glyph: Glyph, size: number): number {
  return (glyph.advance * size) / UNITS_PER_EM;
}
