import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isNewer } from '../round/batch-order.ts';
import { whyNotRead } from '../text-file.ts';
import { MARKER } from './list-images.ts';
import type { Batch } from './source.ts';

/** Names that are safe in files, messages and keys. */
const BATCH_NAME = /^[\w][\w.-]{0,99}$/;

/** Endings that tell one batch from the folder of all of them. */
const IMAGE = /\.(jpe?g|png|webp|gif|tiff?|bmp)$/i;

const ARCHIVE = /\.(zip|tar|tgz|gz|bz2|xz|zst|7z|rar)$/i;

/** File servers' clocks are ahead by minutes; a time further ahead than this says nothing. */
const CLOCK_SKEW_MAX_MS = 3_600_000;

/** Files looked at at once: a batch may have a hundred thousand. */
const AT_ONCE = 256;

/** Something in the folder of batches that is not taken for one, and why; the reason stays the same while that is so. */
export type Passed = {
  readonly name: string;
  readonly reason: string;
  /** It could be a batch, has nothing in it, and has been so for longer than a folder takes to settle. */
  readonly staysEmpty?: true;
};

/**
 * The newest sub-folder that has fully arrived: it holds `_COMPLETE`, or nothing in it has changed for `settledMs`.
 * Newest is the last by name, digits by their value; with `after`, only what is newer than that name. What might have
 * been meant as a batch and is passed over is told to `pass`. Throws when the folder itself can't be read.
 */
export async function newestBatch(
  folder: string,
  settledMs: number,
  now: Date,
  { after, pass = () => {} }: { after?: string | undefined; pass?: (passed: Passed) => void } = {},
): Promise<Batch | undefined> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new Error(
      `Can't look for batches in ${folder}: ${whyNotRead(error)}. Make the folder, or correct "batches".`,
      {
        cause: error,
      },
    );
  });
  const names: string[] = [];
  for (const entry of entries.filter(({ name }) => !name.startsWith('.'))) {
    const reason = whyNoBatch(entry);
    if (reason !== undefined) pass({ name: entry.name, reason });
    else if (entry.isDirectory() && (after === undefined || isNewer(entry.name, after))) names.push(entry.name);
  }
  names.sort((a, b) => (isNewer(a, b) ? -1 : 1));
  for (const name of names) {
    const why = await whyNotArrived(join(folder, name), settledMs, now);
    if (why === undefined) return { name, folder: join(folder, name) };
    pass({ name, ...why });
  }
  const images = entries.filter((entry) => entry.isFile() && IMAGE.test(entry.name)).length;
  if (names.length === 0 && images > 0) pass({ name: basename(folder), reason: isOneDay(folder, images) });
  return undefined;
}

/** What is wrong where the setting names one batch instead of the folder they arrive in. */
function isOneDay(folder: string, images: number): string {
  return `it holds ${images === 1 ? 'an image' : `${images} images`} itself, and batches are sub-folders: if this is one batch, set "batches" to the folder above it, ${dirname(folder)}`;
}

/** Says nothing about files that nobody would take for a batch. */
function whyNoBatch(entry: Dirent): string | undefined {
  if (entry.isSymbolicLink()) return 'it is a link, and links are not followed: move the folder itself here';
  if (!entry.isDirectory()) return ARCHIVE.test(entry.name) ? 'it is an archive: unpack it into a folder' : undefined;
  if (BATCH_NAME.test(entry.name)) return undefined;
  return 'its name cannot be a batch’s: rename it with letters from A to z, digits, ".", "_" and "-", at most 100 of them';
}

async function whyNotArrived(folder: string, settledMs: number, now: Date): Promise<Omit<Passed, 'name'> | undefined> {
  if (await statOf(join(folder, MARKER))) return undefined;
  // A folder that is gone by now is one that is still being moved about. With their types, linked folders are not entered.
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((): Dirent[] => []);
  const settledBefore = now.getTime() - settledMs;
  if (entries.length === 0) {
    const stat = await statOf(folder);
    return { reason: 'it is empty', ...(stat && changedMs(stat, now) <= settledBefore && { staysEmpty: true }) };
  }
  const paths = [folder, ...entries.map(({ parentPath, name }) => join(parentPath, name))];
  for (let first = 0; first < paths.length; first += AT_ONCE) {
    const stats = await Promise.all(paths.slice(first, first + AT_ONCE).map(statOf));
    const isMoving = stats.some((stat) => !stat || changedMs(stat, now) > settledBefore);
    if (!isMoving) continue;
    return { reason: `there is no ${MARKER} in it, and ${whenChanged(settledMs / 60_000)}` };
  }
  return undefined;
}

/** Without a time to settle in, what is not taken is still being moved about, or has a clock of its own. */
function whenChanged(settledMinutes: number): string {
  if (settledMinutes === 0) return 'it is changing right now';
  if (settledMinutes < 1) return `it changed within the last ${Math.ceil(settledMinutes * 60)} seconds`;
  return settledMinutes === 1
    ? 'it changed within the last minute'
    : `it changed within the last ${settledMinutes} minutes`;
}

/** `undefined` for a file that is gone: it is still being moved about. */
function statOf(path: string): Promise<Stats | undefined> {
  return lstat(path).catch(() => undefined);
}

/** When a file last changed. Copies bring the time of their camera's clock with them, which may be of another century. */
function changedMs({ mtimeMs, ctimeMs }: Stats, now: Date): number {
  const latest = now.getTime() + CLOCK_SKEW_MAX_MS;
  return Math.max(...[mtimeMs, ctimeMs].filter((time) => time <= latest));
}
