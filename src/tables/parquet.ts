import { readFileSync } from 'node:fs';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { type Compressors, parquetMetadata, parquetRead, parquetSchema } from 'hyparquet';
import type { Row } from './cells.ts';

const unit = 'row' as const;

/** What the index of a pandas frame is called where it was saved with the columns. */
const INDEX = /^__index_level_\d+__$/;

/** A file may say that it holds more than any memory does. */
const CELLS_MAX = 20_000_000;

/** A page may not come out longer than it says. */
const compressors: Compressors = {
  GZIP: (input, maxOutputLength) => gunzipSync(input, { maxOutputLength }),
  ZSTD: (input, maxOutputLength) => zstdDecompressSync(input, { maxOutputLength }),
  BROTLI: (input, maxOutputLength) => brotliDecompressSync(input, { maxOutputLength }),
};

/**
 * The rows of a Parquet file as text, one after the other, the names of its columns first; `line` counts from 1. What is missing
 * is empty.
 *
 * @throws naming the file, what was found and the cure.
 * @see https://parquet.apache.org/docs/file-format/
 */
export async function parquetRows(file: string): Promise<Generator<Row>> {
  const bytes = readFileSync(file);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  try {
    const metadata = parquetMetadata(buffer);
    const names = parquetSchema(metadata)
      .children.map(({ element }) => element.name)
      .filter((name) => !INDEX.test(name));
    const rows = Number(metadata.num_rows);
    if (rows * names.length > CELLS_MAX) throw new Error(`it has more than ${CELLS_MAX / 1e6} million cells`);
    const columns: ParquetColumn[] = [];
    for (const name of names) {
      columns.push({ name, values: await readColumn(name, { file: buffer, metadata, compressors }) });
    }
    return textRows(file, columns, rows);
  } catch (error) {
    throw unreadable(file, error);
  }
}

type ParquetColumn = { readonly name: string; readonly values: readonly unknown[] };

function* textRows(file: string, columns: readonly ParquetColumn[], rows: number): Generator<Row> {
  yield { line: 0, unit, cells: columns.map(({ name }) => name) };
  try {
    for (let row = 0; row < rows; row++) {
      yield { line: row + 1, unit, cells: columns.map(({ name, values }) => textOf(values[row], name)) };
    }
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, cause: unknown): Error {
  const { message } = cause as Error;
  return new Error(`${file} can't be read as Parquet: ${message}. Save it again, or as CSV.`, { cause });
}

/** The values of a column; equal texts are one in memory, as a large batch has millions of cells and a thousand classes. */
async function readColumn(
  name: string,
  parts: Pick<Parameters<typeof parquetRead>[0], 'file' | 'metadata' | 'compressors'>,
): Promise<unknown[]> {
  const known = new Map<unknown, unknown>();
  const values: unknown[] = [];
  await parquetRead({
    ...parts,
    columns: [name],
    onChunk: ({ columnData, rowStart }) => {
      for (const [at, value] of columnData.entries()) {
        if (typeof value === 'string' && !known.has(value)) known.set(value, value);
        values[rowStart + at] = known.get(value) ?? value;
      }
    },
  });
  return values;
}

function textOf(value: unknown, column: string): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value.trim();
  if (['number', 'bigint', 'boolean'].includes(typeof value)) return String(value);
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  throw new Error(`column "${column}" holds neither text nor numbers`);
}
