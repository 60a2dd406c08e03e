import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';

const Rows = z.array(z.object({ file: z.string().min(1), class: z.string().min(1) })).min(1);

/**
 * True classes by file name, from a CSV with the header `file,class`; for simulated annotators only.
 *
 * @throws with the line that does not fit.
 */
export function readTruth(path: string): ReadonlyMap<string, string> {
  let rows: unknown;
  try {
    rows = parse(readFileSync(path), { columns: true, bom: true, trim: true, skip_empty_lines: true });
  } catch (error) {
    throw new Error(`Can't read the true classes in ${path}: ${(error as Error).message}`, { cause: error });
  }
  const found = Rows.safeParse(rows);
  if (!found.success) {
    throw new Error(`${path} must be a CSV with the header "file,class":\n${z.prettifyError(found.error)}`);
  }
  return new Map(found.data.map((row) => [row.file, row.class]));
}
