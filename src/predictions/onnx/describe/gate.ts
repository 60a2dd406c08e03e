import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { textOf } from '../../../text-file.ts';
import type { Pool } from './described-model.ts';

/** What tests before the pool said about model files, oldest first: the last word on a file counts. */
const GateRecords = z.array(
  z.object({
    /** Of the file, with the weights beside it. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    passed: z.boolean(),
    /** For people: why, or which test. */
    note: z.string().optional(),
  }),
);

/**
 * Leaves out the models without a passing record for exactly their bytes; without a file everybody passes.
 *
 * @throws when the file cannot be read, naming it.
 * @see https://arxiv.org/abs/1903.00278 (ease.ml/ci): what is not tested is not in production.
 */
export async function passedGate(pool: Pool, file: string | undefined): Promise<Pool> {
  if (file === undefined) return pool;
  const records = await readRecords(file);
  const leftOut = [...pool.leftOut];
  const models = pool.models.filter(({ name, sha256 }) => {
    const last = records.findLast((record) => record.sha256 === sha256);
    if (last?.passed) return true;
    const why = last
      ? `failed the gate${last.note ? ` (${last.note})` : ''}`
      : 'has no gate record for exactly this file';
    leftOut.push({ name, reason: `it ${why}; its SHA-256 is ${sha256}` });
    return false;
  });
  return { models, leftOut };
}

async function readRecords(file: string): Promise<z.infer<typeof GateRecords>> {
  try {
    return GateRecords.parse(JSON.parse(textOf(await readFile(file))));
  } catch (error) {
    const what = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new Error(
      `Can't read the gate's records ${file}: ${what}\nIt holds a list of { "sha256", "passed", "note" }.`,
      {
        cause: error,
      },
    );
  }
}
