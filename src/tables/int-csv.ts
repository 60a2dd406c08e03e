import { readFileSync } from 'node:fs';
import type { IntArray } from './npy.ts';

/**
 * Reads a CSV of whole numbers without a header: one row an item, one column a model.
 *
 * @throws Error naming the file, the line, what was found and the cure.
 */
export function readIntCsv(file: string): IntArray {
  const lines = readFileSync(file, 'utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/);
  while (lines.at(-1)?.trim() === '') lines.pop();
  const width = lines[0]?.split(',').length ?? 0;
  const data = new Int32Array(lines.length * width);
  for (const [row, line] of lines.entries()) {
    const cells = line.split(',');
    if (cells.length !== width) {
      throw new Error(`${file}, line ${row + 1}: ${cells.length} columns, but line 1 has ${width}. Make them equal.`);
    }
    for (const [column, cell] of cells.entries()) data[row * width + column] = wholeNumber(cell, file, row);
  }
  return { shape: [lines.length, width], data };
}

function wholeNumber(cell: string, file: string, row: number): number {
  const text = cell.trim();
  if (/^-?\d{1,9}$/.test(text)) return Number(text);
  const isHeader = row === 0 && Number.isNaN(Number(text));
  const cure = isHeader ? 'Remove the header line.' : 'Write class indices, 0, 1, 2, and so on.';
  throw new Error(`${file}, line ${row + 1}: "${text}" is not a class index. ${cure}`);
}
