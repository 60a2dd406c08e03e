import { readFileSync } from 'node:fs';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { type Compressors, parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet';
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
 * The rows of a Parquet file as text, the names of its columns first; `line` counts from 1. What is missing is empty.
 *
 * @throws naming the file, what was found and the cure.
 * @see https://parquet.apache.org/docs/file-format/
 */
export async function readParquet(file: string): Promise<Row[]> {
  const bytes = readFileSync(file);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  try {
    const metadata = parquetMetadata(buffer);
    const names = parquetSchema(metadata)
      .children.map(({ element }) => element.name)
      .filter((name) => !INDEX.test(name));
    if (Number(metadata.num_rows) * names.length > CELLS_MAX)
      throw new Error(`it has more than ${CELLS_MAX / 1e6} million cells`);
    const found = await parquetReadObjects({ file: buffer, metadata, compressors, columns: names });
    return [
      { line: 0, unit, cells: names },
      ...found.map((row, at) => ({ line: at + 1, unit, cells: names.map((name) => textOf(row[name], name)) })),
    ];
  } catch (error) {
    throw new Error(`${file} can't be read as Parquet: ${(error as Error).message}. Save it again, or as CSV.`, {
      cause: error,
    });
  }
}

function textOf(value: unknown, column: string): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value.trim();
  if (['number', 'bigint', 'boolean'].includes(typeof value)) return String(value);
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  throw new Error(`column "${column}" holds neither text nor numbers`);
}
