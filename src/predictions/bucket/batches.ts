import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Bucket, BucketObject } from '../../remote/bucket.ts';
import { isNewer } from '../../round/batch-order.ts';
import { MARKER } from '../list-images.ts';

/** What a bucket's batches are fetched into, and when one is whole. */
export type BucketBatches = {
  readonly bucket: Bucket;
  /** Gets a sub-folder for each batch; files that were fetched are kept in `.files` beside. */
  readonly folder: string;
  /** Without a marker, a batch is whole when nothing in it has changed for so long. */
  readonly settledMs: number;
  /** Older batches are removed while they take more than this, but for the two newest; bytes. */
  readonly keptBytes: number;
  readonly signal: AbortSignal;
  /** Asked before anything in the folder changes; throws where another process has taken the task over since. */
  readonly refuseIfLost: () => Promise<void>;
};

/** Files fetched at once. */
const AT_ONCE = 8;

/** Batches that stay whatever they take: people still look at yesterday's. */
const STAY = 2;

/**
 * Brings the newest batch of a bucket that is whole into the folder, as if it had arrived there. What was fetched before is not
 * fetched again, also after a kill.
 *
 * @throws where the bucket cannot be asked, or an object is replaced meanwhile: then the next look tries again.
 */
export async function bringNewest(options: BucketBatches, now: Date): Promise<void> {
  const { bucket, folder } = options;
  await mkdir(folder, { recursive: true });
  const here = await foldersIn(folder);
  const names = (await bucket.folders()).filter(isPlain).sort((a, b) => (isNewer(a, b) ? -1 : 1));
  for (const name of names) {
    if (here.includes(name)) return;
    const objects = await bucket.objects(`${name}/`);
    if (!isWhole(objects, name, options.settledMs, now)) continue;
    await options.refuseIfLost();
    await bring(name, objects, options);
    return tidy(options);
  }
}

/** A batch's own name, and no way out of the folder; the rest is told where batches are looked for. */
function isPlain(name: string): boolean {
  return name !== '' && !name.startsWith('.') && !/[\\/]/.test(name);
}

function isWhole(objects: readonly BucketObject[], name: string, settledMs: number, now: Date): boolean {
  if (objects.some(({ key }) => key === `${name}/${MARKER}`)) return true;
  return objects.length > 0 && objects.every(({ changedMs }) => changedMs <= now.getTime() - settledMs);
}

/** Fetches every object and gives it its name; the folder gets its own when all are there. */
async function bring(name: string, objects: readonly BucketObject[], options: BucketBatches): Promise<void> {
  const { folder } = options;
  const unfinished = join(folder, `.${name}.new`);
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(join(folder, FILES), { recursive: true });
  const left = objects.filter(({ key }) => key !== `${name}/${MARKER}`);
  for (const { key } of left)
    if (key.split('/').some((part) => part === '' || part === '..' || part === '.' || part.includes('\\')))
      throw new Error(`"${key}" in the bucket is not a name for a file: rename the object.`);
  await mkdir(unfinished);
  const next = left.values();
  // All come to their end before anything is thrown, or they would work on into the next try.
  const fetched = await Promise.allSettled(
    Array.from({ length: AT_ONCE }, async () => {
      for (const one of next) await place(one, join(unfinished, one.key.slice(name.length + 1)), options);
    }),
  );
  for (const one of fetched) if (one.status === 'rejected') throw one.reason;
  await writeFile(join(unfinished, MARKER), '');
  await rename(unfinished, join(folder, name));
}

const FILES = '.files';

/** A file is fetched once for each content, by the name that the bucket has for it, and linked from then on. */
async function place(object: BucketObject, to: string, { bucket, folder, signal }: BucketBatches): Promise<void> {
  signal.throwIfAborted();
  const known = join(folder, FILES, createHash('sha256').update(`${object.etag} ${object.bytes}`).digest('hex'));
  if (!existsSync(known)) {
    const fresh = `${known}.${createHash('sha256').update(object.key).digest('hex').slice(0, 16)}.new`;
    await bucket.fetch(object, fresh);
    await rename(fresh, known);
  }
  await mkdir(dirname(to), { recursive: true });
  await link(known, to);
}

/** Removes the oldest batches that are too much, and files that no batch has any more. */
async function tidy({ folder, keptBytes, refuseIfLost }: BucketBatches): Promise<void> {
  const newestFirst = (await foldersIn(folder)).sort((a, b) => (isNewer(a, b) ? -1 : 1));
  let bytes = 0;
  await refuseIfLost();
  for (const [nth, name] of newestFirst.entries()) {
    bytes += await sizeOf(join(folder, name));
    if (nth >= STAY && bytes > keptBytes) await rm(join(folder, name), { recursive: true });
  }
  for (const name of await readdir(join(folder, FILES))) {
    const path = join(folder, FILES, name);
    if ((await stat(path)).nlink === 1) await rm(path);
  }
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  let bytes = 0;
  for (const entry of entries) if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  return bytes;
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && isPlain(entry.name)).map(({ name }) => name);
}
