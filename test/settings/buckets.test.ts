import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSettings } from '../../src/settings/settings.ts';
import { checkEverything } from '../../src/terminal/check.ts';
import { type S3Server, startS3 } from '../remote/s3-server.ts';

let folder: string;
let s3: S3Server;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelpicker-buckets-'));
  s3 = await startS3();
});
afterEach(async () => {
  await s3.stop();
  await rm(folder, { recursive: true });
});

async function settingsOf(text: string) {
  const file = join(folder, 'modelpicker.yaml');
  await writeFile(file, text);
  return readSettings(file);
}

const DEMO = 'data/demo';
const IN_BUCKETS = `
models: s3://pictures/pool
batches: s3://pictures/daily/
classes: [badger, chipmunk, deer, fox, hedgehog, owl, rabbit, raccoon]
descriptions: [{ match: '*', mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }]
`;

test('batches and models of buckets are copied below the data folder', async () => {
  const settings = await settingsOf(IN_BUCKETS);
  expect(settings).toMatchObject({
    batches: join(folder, 'live/s3/batches'),
    models: join(folder, 'live/s3/models'),
    buckets: { batches: { bucket: 'pictures', prefix: 'daily/' }, models: { bucket: 'pictures', prefix: 'pool/' } },
  });
});

test('what is no address of a bucket is refused, and shown with one that is', async () => {
  await expect(settingsOf('batches: s3:/pictures')).rejects.toThrow(
    '"s3:/pictures" is not the address of a bucket: write s3://bucket or s3://bucket/folder',
  );
});

test('check fetches the pool and the newest batch, and runs the one on the other', async () => {
  for (const name of (await readdir(join(DEMO, 'models'))).slice(0, 2))
    await s3.put(`pool/${name}`, await readFile(join(DEMO, 'models', name)));
  const day = join(DEMO, 'batches/2026-11-02');
  const images = (await readdir(day)).filter((name) => name.endsWith('.jpg')).slice(0, 4);
  for (const name of images) await s3.put(`daily/2026-11-02/${name}`, await readFile(join(day, name)));
  await s3.put('daily/2026-11-02/_COMPLETE', '');
  const { text, isFine } = await checkEverything(await settingsOf(IN_BUCKETS), s3.environment);
  expect(text).toContain('Batch 2026-11-02: 4 images.');
  expect(isFine, text).toBe(true);
});
