import type { Row } from './cells.ts';
import { numberIn } from './classes.ts';

/** Below these, what looks like a count of columns or items may as well be classes. */
const COUNTED_COLUMNS_MIN = 4;
const COUNTED_ITEMS_MIN = 20;

const INDEX_NAME = /^(|unnamed: 0|index|idx|id|row|item|image|img|file|file_?name|image_?id|path|name|sample|key)$/i;

const CLASS_NAME =
  /^(class(es)?|class_?name|labels?|names?|categor(y|ies)|target|truth|oracle|y|y_?true|ground_?truth)$/i;

/** The rows of items, without a header line and without the column that counts or names them. */
export function bodyOf(rows: readonly Row[], items?: number): readonly Row[] {
  const [first, ...rest] = rows;
  if (!first) return [];
  const isHeaded = isHeader(first.cells, rest, items === undefined ? undefined : rows.length - items);
  const body = isHeaded ? rest : rows;
  if (!hasIndex(body, isHeaded ? first.cells : undefined)) return body;
  return body.map(({ line, cells }) => ({ line, cells: cells.slice(1) }));
}

/** `extra`: how many rows there are beyond the items, where that is known. */
function isHeader(first: readonly string[], rest: readonly Row[], extra: number | undefined): boolean {
  if (rest.length === 0) return false;
  const width = rest[0]!.cells.length;
  // R leaves out the name of the index, pandas leaves it empty.
  if (first.length === width - 1 || (first.length > 1 && first[0] === '')) return true;
  const bodyIsNumeric =
    rest.every(({ cells }) => cells.slice(1).every(isNumeric)) && rest.some(({ cells }) => cells.some(isNumeric));
  const isCount = (cells: readonly string[]) => cells.every((cell, column) => cell === String(column));
  // A line too many is not a reason to call numbers a header: it may as well be a line that the other table lacks.
  if (first.every(isNumeric)) return first.length >= COUNTED_COLUMNS_MIN && isCount(first);
  if (bodyIsNumeric) {
    const names = first.length > 1 ? first.slice(1) : first;
    return !names.every(isNumeric) || (INDEX_NAME.test(first[0]!) && isCount(names));
  }
  const known = new Set(rest.flatMap(({ cells }) => cells));
  if (first.some((cell) => known.has(cell))) return false;
  return extra === undefined ? first.length > 1 || CLASS_NAME.test(first[0]!) : extra === 1;
}

/** Whether the first column counts the items or names each of them, and is not a model. */
function hasIndex(body: readonly Row[], header: readonly string[] | undefined): boolean {
  const width = body[0]?.cells.length ?? 0;
  if (header && header.length === width - 1) return true;
  if (width < 2) return false;
  const column = body.map(({ cells }) => cells[0]!);
  const isCount = [0, 1].some((from) => column.every((cell, row) => numberIn(cell) === row + from));
  if (isCount) return body.length >= COUNTED_ITEMS_MIN || (header !== undefined && INDEX_NAME.test(header[0]!));
  if (header && INDEX_NAME.test(header[0]!) && header[0] !== '') return new Set(column).size === column.length;
  const isNamed = !column.some(isNumeric) && new Set(column).size === column.length;
  const others = body.flatMap(({ cells }) => cells.slice(1));
  return (
    isNamed && (others.every(isNumeric) || (body.length >= COUNTED_ITEMS_MIN && new Set(others).size < body.length))
  );
}

function isNumeric(cell: string): boolean {
  return !Number.isNaN(numberIn(cell));
}
