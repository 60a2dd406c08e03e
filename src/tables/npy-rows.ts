import { readFileSync } from 'node:fs';
import type { Row } from './cells.ts';
import { itemReader, npyHeader } from './npy.ts';

const unit = 'row' as const;

type NpyField = { readonly name: string; readonly type: string };

/**
 * The rows of an `.npy` file with names, as text, one after the other, the names first; `line` counts from 1: records as `df.to_records` makes them,
 * or a two-dimensional array of text whose first row holds the names.
 *
 * @throws naming the file, what was found and the cure.
 */
export function* npyRows(file: string): Generator<Row> {
  const bytes = readFileSync(file);
  const problem = (found: string, cure: string) => new Error(`${file}: ${found}. ${cure}`);
  const { text, start } = npyHeader(bytes, problem);
  const shape = /'shape':\s*\(([\d\s,]*)\)/.exec(text)?.[1]?.match(/\d+/g)?.map(Number) ?? [];
  const fields = fieldsIn(text);
  const simple = /'descr':\s*'([^']+)'/.exec(text)?.[1];
  if (/\|O/.test(text))
    throw problem(
      'it holds Python objects, which nobody should read',
      'Save it as CSV or Parquet, or as text with .astype("U").',
    );
  if (fields && shape.length === 1) {
    const rows = cellsOf(bytes.subarray(start), fields, shape[0]!, problem);
    yield { line: 0, unit, cells: fields.map(({ name }) => name) };
    for (const [at, cells] of rows) yield { line: at + 1, unit, cells };
    return;
  }
  if (simple === undefined || shape.length !== 2 || /'fortran_order':\s*True/.test(text))
    throw problem(
      'neither records nor rows of text',
      'Save df.to_records(index=False), with text as fixed-length strings.',
    );
  const columns = Array.from({ length: shape[1]! }, () => ({ name: '', type: simple }));
  for (const [line, cells] of cellsOf(bytes.subarray(start), columns, shape[0]!, problem)) yield { line, unit, cells };
}

/** `[('file', '<U12'), ('clip', '<U8')]`; undefined where the values are all of one kind. */
function fieldsIn(header: string): NpyField[] | undefined {
  const list = /'descr':\s*\[(.*?)\]/s.exec(header)?.[1];
  return list === undefined
    ? undefined
    : [...list.matchAll(/\(\s*'([^']*)'\s*,\s*'([^']+)'\s*\)/g)].map(([, name, type]) => ({
        name: name!,
        type: type!,
      }));
}

/** The cells of each row, and its number from 0. */
function* cellsOf(
  data: Buffer,
  fields: readonly NpyField[],
  rows: number,
  problem: (found: string, cure: string) => Error,
): Generator<[number, string[]]> {
  const readers = fields.map(({ name, type }) => {
    const reader = itemReader(type);
    if (reader) return reader;
    throw problem(`column "${name}" is of type "${type}"`, 'Save text and numbers only.');
  });
  const width = readers.reduce((sum, { bytes }) => sum + bytes, 0);
  if (data.length !== rows * width)
    throw problem(
      `${data.length} bytes of data where ${rows} rows need ${rows * width}`,
      'The file is cut off or damaged: copy it again.',
    );
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let row = 0, at = 0; row < rows; row++) {
    const cells = readers.map(({ bytes, read }) => {
      const value = read(view, at);
      at += bytes;
      return String(value).trim();
    });
    yield [row, cells];
  }
}
