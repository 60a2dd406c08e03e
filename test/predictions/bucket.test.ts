import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newestBatch } from '../../src/predictions/batches.ts';
import { bringNewest } from '../../src/predictions/bucket/batches.ts';
import { fetchBucketPool } from '../../src/predictions/bucket/pool.ts';
import { bucketAccess, bucketPlace, openBucket } from '../../src/remote/bucket.ts';
import { type S3Server, startS3 } from '../remote/s3-server.ts';

let s3: S3Server;
let folder: string;
beforeEach(async () => {
  s3 = await startS3();
  folder = await mkdtemp(join(tmpdir(), 'modelpicker-bucket-'));
});
afterEach(async () => {
  await s3.stop();
  await rm(folder, { recursive: true });
});

const HOUR_MS = 3_600_000;
const soon = () => new Date();
const later = () => new Date(Date.now() + HOUR_MS);
const bucketOf = (address: string) =>
  openBucket(bucketPlace(address)!, bucketAccess(s3.environment), new AbortController().signal);
const bring = (now = soon(), keptBytes = 1e9, address = 's3://pictures/daily', refuseIfLost = async () => {}) =>
  bringNewest(
    {
      ...{ bucket: bucketOf(address), folder, settledMs: HOUR_MS / 2, keptBytes },
      ...{ signal: new AbortController().signal, refuseIfLost },
    },
    now,
  );
const text = (...path: string[]) => readFile(join(folder, ...path), 'utf8');
const fetched = () => s3.asked.filter((what) => what.startsWith('GET /pictures/daily/'));

test('a batch arrives from a bucket when its marker is there, with its sub-folders and odd names, once', async () => {
  await s3.put('daily/2026-11-02/cam 1/ä+ö & co.jpg', 'one');
  await s3.put('daily/2026-11-02/two.jpg', 'two');
  await bring();
  expect(await newestBatch(folder, 0, soon())).toBeUndefined();
  await s3.put('daily/2026-11-02/_COMPLETE', '');
  await bring();
  expect(await newestBatch(folder, HOUR_MS, soon())).toMatchObject({ name: '2026-11-02' });
  expect(await text('2026-11-02', 'cam 1', 'ä+ö & co.jpg')).toBe('one');
  expect(fetched()).toHaveLength(2);
  await bring();
  expect(fetched()).toHaveLength(2);
});

test('without a marker a batch is whole when nothing in it has changed for as long as batches settle', async () => {
  await s3.put('daily/2026-11-02/one.jpg', 'one');
  await bring();
  expect(await readdir(folder)).toEqual([]);
  await bring(later());
  expect(await text('2026-11-02', 'one.jpg')).toBe('one');
});

test('an image that is replaced while the batch is fetched leaves no batch of two days; the next look has it whole', async () => {
  for (const name of ['a.jpg', 'b.jpg', '_COMPLETE']) await s3.put(`daily/2026-11-02/${name}`, name);
  const replaced = Promise.withResolvers<void>();
  let isFirst = true;
  s3.refuse = (what) => {
    if (!what.startsWith('GET /pictures/daily/2026-11-02/b.jpg') || !isFirst) return undefined;
    isFirst = false;
    s3.put('daily/2026-11-02/b.jpg', 'another').then(replaced.resolve);
    return 503;
  };
  await expect(bring()).rejects.toThrow('the next look fetches what is there then');
  await replaced.promise;
  await bring();
  expect(await text('2026-11-02', 'a.jpg')).toBe('a.jpg');
  expect(await text('2026-11-02', 'b.jpg')).toBe('another');
  // What was fetched the first time is not fetched again.
  expect(fetched().filter((what) => what.includes('a.jpg'))).toHaveLength(1);
});

test.each([
  ['a store that is busy', 503],
  ['a store whose lines break', 0],
])('%s is asked again', async (_, status) => {
  await s3.put('daily/2026-11-02/one.jpg', 'one');
  await s3.put('daily/2026-11-02/_COMPLETE', '');
  let refusals = 3;
  s3.refuse = () => (refusals-- > 0 ? status : undefined);
  await bring();
  expect(await text('2026-11-02', 'one.jpg')).toBe('one');
});

test('of a listing of two pages nothing is missing', async () => {
  const names = Array.from({ length: 1_050 }, (_, nth) => `daily/2026-11-02/${nth}.jpg`);
  for (let at = 0; at < names.length; at += 50)
    await Promise.all(names.slice(at, at + 50).map((key) => s3.put(key, key)));
  const found = await bucketOf('s3://pictures/daily').objects('2026-11-02/');
  expect(new Set(found.map(({ key }) => `daily/${key}`))).toEqual(new Set(names));
});

test('old batches make room, but for the last two, and files that several have are there once', async () => {
  for (const day of [1, 2, 3]) {
    await s3.put(`daily/2026-11-0${day}/same.jpg`, 'the same');
    await s3.put(`daily/2026-11-0${day}/new.jpg`, `of day ${day}`);
    await s3.put(`daily/2026-11-0${day}/_COMPLETE`, '');
    await bring(soon(), 10);
  }
  expect((await readdir(folder)).sort()).toEqual(['.files', '2026-11-02', '2026-11-03']);
  expect(await readdir(join(folder, '.files'))).toHaveLength(3);
  expect(s3.asked.filter((what) => what.includes('same.jpg') && what.startsWith('GET'))).toHaveLength(1);
});

test('a name that would leave the folder is refused, and says what to do', async () => {
  await s3.put('daily/2026-11-02/_COMPLETE', '');
  await s3.put('daily/2026-11-02/a\\b.jpg', 'one');
  await expect(bring()).rejects.toThrow('is not a name for a file: rename the object');
  expect(await readdir(folder)).not.toContain('2026-11-02');
});

test('the pool follows its bucket: new, replaced and removed models', async () => {
  const pool = () => fetchBucketPool(bucketOf('s3://pictures/pool'), folder);
  await s3.put('pool/a.onnx', 'a');
  await s3.put('pool/b/model.onnx', 'b');
  await s3.put('pool/b/model.onnx.data', 'weights');
  await pool();
  expect(await text('b', 'model.onnx.data')).toBe('weights');
  await s3.put('pool/a.onnx', 'a of today');
  await s3.remove('pool/b/model.onnx');
  s3.asked.length = 0;
  await pool();
  expect(await text('a.onnx')).toBe('a of today');
  expect(await readdir(join(folder, 'b'))).toEqual(['model.onnx.data']);
  expect(s3.asked.filter((what) => what.includes('model.onnx.data'))).toEqual([]);
});

test('models may lie in the bucket as Hugging Face’s hub lays them; what is hidden or deeper is no part of the pool', async () => {
  const ours = ['night/config.json', 'night/onnx/model.onnx'];
  for (const key of [...ours, 'night/onnx/.new', '.git/model.onnx', 'day/1/a.onnx']) await s3.put(`pool/${key}`, key);
  await fetchBucketPool(bucketOf('s3://pictures/pool'), folder);
  expect((await readdir(folder)).sort()).toEqual(['.bucket.json', 'night']);
  expect((await readdir(join(folder, 'night'), { recursive: true })).sort()).toEqual([
    'config.json',
    'onnx',
    'onnx/model.onnx',
  ]);
});

test('what is wrong with a bucket is said with its cure, and never with a key', async () => {
  expect(() => bucketAccess({ AWS_ACCESS_KEY_ID: 'AKIA' })).toThrow(
    'The settings name a bucket, and AWS_SECRET_ACCESS_KEY is not set: put it into .env.',
  );
  await expect(bring(soon(), 0, 's3://nothing-here/daily')).rejects.toThrow(
    /"nothing-here" at http.* answered 404 NoSuchBucket. Correct its name/,
  );
  s3.refuse = () => 403;
  const refused = await bring().catch((error: Error) => error.message);
  expect(refused).toMatch(/answered 403.*May these keys list and read it/);
  expect(refused).not.toContain('S3RVER');
});
