import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isNewer } from '../round/batch-order.ts';
import type { Batch } from './source.ts';

/** An uploader puts this file into the folder last, to say that everything is there. */
const MARKER = '_COMPLETE';

/** Names that are safe in files, messages and keys. */
const BATCH_NAME = /^[\w][\w.-]{0,99}$/;

/**
 * The newest sub-folder that has fully arrived: it holds `_COMPLETE`, or nothing in it has changed for `settledMs`.
 * Newest is the last by name, digits by their value. Throws when the folder itself can't be read.
 */
export async function newestBatch(folder: string, settledMs: number, now: Date): Promise<Batch | undefined> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: Error) => {
    throw new Error(`Can't look for batches in ${folder}: ${error.message}. Make the folder, or correct "batches".`, {
      cause: error,
    });
  });
  const names = entries.filter((entry) => entry.isDirectory() && BATCH_NAME.test(entry.name)).map(({ name }) => name);
  names.sort((a, b) => (isNewer(a, b) ? -1 : 1));
  for (const name of names) {
    if (await hasArrived(join(folder, name), settledMs, now)) return { name, folder: join(folder, name) };
  }
  return undefined;
}

async function hasArrived(folder: string, settledMs: number, now: Date): Promise<boolean> {
  // A folder that is gone by now is one that is still being moved about. With their types, linked folders are not entered.
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((): Dirent[] => []);
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name));
  if (paths.includes(join(folder, MARKER))) return true;
  if (paths.length === 0) return false;
  const changed = await Promise.all([folder, ...paths].map(changedMs));
  return now.getTime() - Math.max(...changed) >= settledMs;
}

/** A file that is gone by now is one that is still being moved about. */
async function changedMs(path: string): Promise<number> {
  const { mtimeMs, ctimeMs } = await lstat(path).catch(() => ({ mtimeMs: Infinity, ctimeMs: Infinity }));
  return Math.max(mtimeMs, ctimeMs);
}
