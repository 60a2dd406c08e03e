import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listImages } from '../../../src/predictions/list-images.ts';
import { openChildRunner } from '../../../src/predictions/onnx/run/child.ts';
import { collect } from '../../../src/predictions/onnx/run/collect.ts';
import { jobOf } from '../../../src/predictions/onnx/run/job.ts';
import { preparePool } from '../../../src/predictions/onnx/run/prepare-pool.ts';
import { colorModel, type Oddity } from './odd-models.ts';
import { put, putBatch } from './picture.ts';

const classes = ['red', 'green', 'blue'];

test('a process that is kept from job to job runs the model of each, and one that a model has ended is started anew', async () => {
  const root = await mkdtemp(join(tmpdir(), 'modelpicker-kept-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const [batch, models] = [join(root, 'batch'), join(root, 'models')];
  await putBatch(batch, 9);
  const { images } = await listImages(batch);
  const { run, close } = openChildRunner();
  onTestFinished(close);
  let jobs = 0;

  /** What a model of always the same name says of the first three images, which are red, green and blue. */
  async function said(oddity: Oddity) {
    await put(models, 'one.onnx', colorModel(oddity));
    await put(models, 'sound.onnx', colorModel());
    const pool = await preparePool({
      models,
      descriptions: [{ match: '*', mean: [0, 0, 0], std: [1, 1, 1] }],
      classes,
    });
    jobs += 1;
    const job = jobOf(pool, batch, images, join(root, `results-${jobs}`), { workers: 1 });
    const bad = await run(job, () => undefined);
    const { predictions, models: left } = await collect(job, classes, bad, []);
    const column = left.findIndex(({ name }) => name === 'one');
    return column < 0 ? undefined : [0, 1, 2].map((image) => predictions.classes[image * left.length + column]);
  }

  expect(await said({})).toEqual([0, 1, 2]);
  expect(await said({ order: 'bgr' })).toEqual([2, 1, 0]);
  expect(await said({ trouble: 'crash' })).toBeUndefined();
  expect(await said({})).toEqual([0, 1, 2]);
});
