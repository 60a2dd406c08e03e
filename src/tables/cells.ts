import { linesOf } from '../text-file.ts';

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
  return [...rowsIn(file)];
}

/** The same one row after the other: of a large table only a piece is in memory. */
export function* rowsIn(file: string): Generator<Row> {
  const lines = fullLines(file);
  const head: FullLine[] = [];
  for (let next = lines.next(); !next.done; next = lines.next()) {
    head.push(next.value);
    if (head.length === LOOKED_AT) break;
  }
  // Excel's own way to name the separator.
  const named = /^sep=(.)$/i.exec(head[0]?.text ?? '')?.[1];
  if (named !== undefined) head.shift();
  const separator = named ?? separatorOf(head.map(({ text }) => text));
  const rowOf = ({ text, line }: FullLine): Row => ({ line, cells: cellsOf(text, separator) });
  yield* head.map(rowOf);
  for (const one of lines) yield rowOf(one);
}

type FullLine = { readonly text: string; readonly line: number };

/** Lines that tell how a table separates its cells. */
const LOOKED_AT = 20;

function* fullLines(file: string): Generator<FullLine> {
  let line = 0;
  for (const text of linesOf(file)) {
    line += 1;
    if (text.trim() !== '' && !text.startsWith('#')) yield { text, line };
  }
}

const SEPARATORS = ['\t', ';', ',', '|'];

/** A run of spaces counts only where it cannot be part of a name. */
function separatorOf(lines: readonly string[]): string | undefined {
  const unquoted = (lines[0] ?? '').replace(/"[^"]*"/g, '');
  const found = SEPARATORS.find((separator) => unquoted.includes(separator));
  if (found !== undefined) return found;
  const body = lines.length > 1 ? lines.slice(1) : lines;
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
