import { readTextFile } from '../text-file.ts';

/**
 * A line of a table in text: where it stands in the file (from 1), and its cells without quotes. In files of another kind
 * there are no lines, and `unit` says what is counted.
 */
export type Row = { readonly line: number; readonly cells: readonly string[]; readonly unit?: 'row' };

/** Where a row stands, for messages: "line 7". */
export function placeOf({ unit, line }: Row): string {
  return `${unit ?? 'line'} ${line}`;
}

/**
 * Reads the cells of a text table as pandas, numpy, R and spreadsheets write them: separated by tabs, `;`, `,` or, where all
 * is numbers or quoted, spaces; quoted or not; in UTF-8 or UTF-16; with any line ends. Empty lines and `#` comments count for
 * nothing.
 */
export function readCells(file: string): Row[] {
  const lines = readTextFile(file)
    .split(/\r\n|\r|\n/)
    .map((text, index) => ({ text, line: index + 1 }))
    .filter(({ text }) => text.trim() !== '' && !text.startsWith('#'));
  // Excel's own way to name the separator.
  const named = /^sep=(.)$/i.exec(lines[0]?.text ?? '')?.[1];
  if (named !== undefined) lines.shift();
  const separator = named ?? separatorOf(lines.map(({ text }) => text));
  return lines.map(({ text, line }) => ({ line, cells: cellsOf(text, separator) }));
}

const SEPARATORS = ['\t', ';', ',', '|'];

/** A run of spaces counts only where it cannot be part of a name. */
function separatorOf(lines: readonly string[]): string | undefined {
  const unquoted = (lines[0] ?? '').replace(/"[^"]*"/g, '');
  const found = SEPARATORS.find((separator) => unquoted.includes(separator));
  if (found !== undefined) return found;
  const body = lines.length > 1 ? lines.slice(1, 20) : lines;
  return body.every((line) => /^\s*(("[^"]*"|[-+.\deE]+)(\s+|$))+$/.test(line)) ? ' ' : undefined;
}

function cellsOf(line: string, separator: string | undefined): string[] {
  if (separator === undefined) return [unquoted(line.trim())];
  if (separator === ' ') return (line.match(/"[^"]*"|\S+/g) ?? []).map(unquoted);
  if (!line.includes('"')) return line.split(separator).map((cell) => cell.trim());
  const cells: string[] = [];
  let from = 0;
  let isQuoted = false;
  for (let at = 0; at <= line.length; at++) {
    if (line[at] === '"') isQuoted = !isQuoted;
    if (at < line.length && (isQuoted || line[at] !== separator)) continue;
    cells.push(unquoted(line.slice(from, at).trim()));
    from = at + 1;
  }
  return cells;
}

function unquoted(cell: string): string {
  return /^".*"$/.test(cell) ? cell.slice(1, -1).replaceAll('""', '"').trim() : cell;
}
