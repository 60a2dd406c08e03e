import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Bucket, BucketObject } from '../../remote/bucket.ts';

/**
 * What of a bucket is a pool: models, weights in files of their own, and descriptions beside them; in a folder a model where
 * there are any, also as Hugging Face's hub lays it (`night/onnx/model.onnx`).
 */
const OURS = /^((?!\.)[^/\\]+\/(onnx\/)?)?(?!\.)[^/\\]+$/;

const LISTED = '.bucket.json';

/** ETags of what was fetched, by key. */
const Listed = z.record(z.string(), z.string());

/**
 * Makes the folder hold what the bucket holds by now: new and replaced objects are fetched, files of objects that are gone are
 * removed.
 *
 * @throws when the bucket cannot be asked, or an object was replaced meanwhile: nobody knows then what the pool is.
 */
export async function fetchBucketPool(bucket: Bucket, folder: string): Promise<[]> {
  const objects = (await bucket.objects()).filter(({ key }) => OURS.test(key) && !/(^|\/)\.\.?(\/|$)/.test(key));
  await mkdir(folder, { recursive: true });
  const before = await readListed(folder);
  const listed: Record<string, string> = {};
  for (const object of objects) {
    if (before[object.key] !== object.etag || !(await isThere(folder, object))) await bring(bucket, object, folder);
    listed[object.key] = object.etag;
  }
  for (const key of Object.keys(before)) if (!(key in listed)) await rm(join(folder, key), { force: true });
  await writeFile(join(folder, LISTED), JSON.stringify(listed), { flush: true });
  return [];
}

async function bring(bucket: Bucket, object: BucketObject, folder: string): Promise<void> {
  const to = join(folder, object.key);
  await mkdir(dirname(to), { recursive: true });
  const fresh = join(dirname(to), `.${process.pid}.new`);
  await bucket.fetch(object, fresh);
  await rename(fresh, to);
}

async function isThere(folder: string, { key }: BucketObject): Promise<boolean> {
  const names = await readdir(dirname(join(folder, key))).catch((): string[] => []);
  return names.includes(key.split('/').at(-1)!);
}

async function readListed(folder: string): Promise<z.infer<typeof Listed>> {
  try {
    return Listed.parse(JSON.parse(await readFile(join(folder, LISTED), 'utf8')));
  } catch {
    return {};
  }
}
