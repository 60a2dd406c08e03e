import { mkdtemp, readdir, rm } from 'node:fs/promises';
import module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listImages } from '../../../src/predictions/list-images.ts';
import { runInChild } from '../../../src/predictions/onnx/run/child.ts';
import { jobOf } from '../../../src/predictions/onnx/run/job.ts';
import { preparePool } from '../../../src/predictions/onnx/run/prepare-pool.ts';
import { colorModel } from './odd-models.ts';
import { put, putBatch } from './picture.ts';

test('processes that describe and run models leave the code that they have compiled to the next ones', async () => {
  const root = await mkdtemp(join(tmpdir(), 'modelpicker-compiled-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const kept = join(root, 'compiled');
  const countKept = async () => (await readdir(kept, { recursive: true })).length;
  module.enableCompileCache(kept);

  await put(join(root, 'models'), 'one.onnx', colorModel());
  const descriptions = [{ match: '*', mean: [0, 0, 0], std: [1, 1, 1] }];
  const classes = ['red', 'green', 'blue'];
  const pool = await preparePool({ models: join(root, 'models'), descriptions, classes });
  const described = await countKept();
  // What it imports, and Zod; Node adds a folder of its version.
  expect(described).toBeGreaterThan(20);

  await putBatch(join(root, 'batch'), 3);
  const { images } = await listImages(join(root, 'batch'));
  const job = jobOf(pool, join(root, 'batch'), images, join(root, 'results'));
  expect(await runInChild(job, () => undefined)).toEqual([]);
  expect(await countKept()).toBeGreaterThan(described + 20);
});
