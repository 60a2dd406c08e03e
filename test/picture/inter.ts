import { readFile } from 'node:fs/promises';
import opentype, { type PathCommand } from 'opentype.js';
import { BOX, type Subset, UNITS_PER_EM, type Weight } from '../../src/picture/glyph.ts';

const files = new URL('../../node_modules/@fontsource/inter/files/', import.meta.url);

/** The lines of `src/picture/inter`, as they follow from Inter itself. */
export async function linesOf(subset: Subset, weight: Weight): Promise<string> {
  const { buffer, byteOffset, byteLength } = await readFile(new URL(`inter-${subset}-${weight}-normal.woff`, files));
  const font = opentype.parse(buffer.slice(byteOffset, byteOffset + byteLength));
  if (font.unitsPerEm !== UNITS_PER_EM) throw new Error(`${subset} ${weight} has ${font.unitsPerEm} units per em.`);
  const line = (code: string, index: number) => {
    const { advanceWidth, path } = font.glyphs.get(index);
    return `${code} ${advanceWidth} ${path.commands.map(strokeIn).join('')}`;
  };
  const { glyphIndexMap } = font.tables.cmap as unknown as { glyphIndexMap: Record<string, number> };
  const characters = Object.entries(glyphIndexMap).map(([code, index]) => line(Number(code).toString(16), index));
  return [line(BOX, 0), ...characters].join('\n');
}

/** An outline that is filled needs not be closed. */
function strokeIn(command: PathCommand): string {
  if (command.type === 'Z') return '';
  if (command.type === 'C') throw new Error('Inter had no cubic curves when this was written.');
  const control = command.type === 'Q' ? [command.x1, command.y1] : [];
  return command.type + [...control, command.x, command.y].join(' ');
}
