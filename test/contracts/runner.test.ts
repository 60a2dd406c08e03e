import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listImages } from '../../src/predictions/list-images.ts';
import { runInChild } from '../../src/predictions/onnx/run/child.ts';
import { collect } from '../../src/predictions/onnx/run/collect.ts';
import { jobOf } from '../../src/predictions/onnx/run/job.ts';
import { preparePool } from '../../src/predictions/onnx/run/prepare-pool.ts';
import type { BadModel, Runner } from '../../src/predictions/onnx/run/runner.ts';
import { colorModel, type Oddity } from '../predictions/onnx/odd-models.ts';
import { put, putBatch } from '../predictions/onnx/picture.ts';
import { onWorkers } from '../workers/crew.ts';

const CLASSES = ['red', 'green', 'blue'];

/** What every runner promises. */
function contract(name: string, run: Runner): void {
  /** A job of these models over 40 pictures, one of which is none, and what was said when it has run. */
  async function openJob(models: Readonly<Record<string, Oddity>>) {
    const folder = await mkdtemp(join(tmpdir(), 'modelpicker-contract-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const batch = join(folder, 'batch');
    await putBatch(batch, 40);
    // A PNG by its first bytes, so that only whoever decodes it finds out.
    await put(batch, 'photo-007.png', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
    for (const [model, oddity] of Object.entries(models)) {
      await put(join(folder, 'models'), `${model}.onnx`, colorModel(oddity));
    }
    const descriptions = [{ match: '*', mean: [0, 0, 0], std: [1, 1, 1] }];
    const pool = await preparePool({ models: join(folder, 'models'), descriptions, classes: CLASSES });
    const { images, setAside } = await listImages(batch);
    const job = jobOf(pool, batch, images, join(folder, 'results'));
    return { job, collect: (bad: readonly BadModel[]) => collect(job, CLASSES, bad, setAside) };
  }

  test(`${name}: every model answers for every image that decodes, and the progress ends at the end`, async () => {
    const { job, collect } = await openJob({ one: {}, two: { layout: 'NHWC' } });
    const told: [number, number][] = [];
    const bad = await run(job, (cells, of) => told.push([cells, of]));
    expect(bad).toEqual([]);
    const { images, predictions, setAside, scores } = await collect(bad);
    const expected = images.flatMap(({ file }) => Array(2).fill(Number(file.slice(6, 9)) % 3));
    expect(images).toHaveLength(39);
    expect([...predictions.classes]).toEqual(expected);
    expect(scores.every((score) => score > 65_535 / 3)).toBe(true);
    expect(setAside.map(({ file }) => file)).toEqual(['photo-007.png']);
    expect(setAside[0]!.reason).not.toBe('');
    const [cells, of] = told.at(-1)!;
    expect(cells).toBe(of);
  });

  test(`${name}: a model that ends whatever runs it is left out with the reason, and the others answer`, async () => {
    const { job, collect } = await openJob({ odd: { trouble: 'crash' }, sound: {} });
    const bad = await run(job, () => {});
    expect(bad).toEqual([{ name: 'odd', reason: expect.stringMatching(/./) }]);
    const { models, images } = await collect(bad);
    expect({ models: models.map((model) => model.name), images: images.length }).toEqual({
      models: ['sound'],
      images: 39,
    });
  });

  test(`${name}: stopped, it rejects; begun again, it does not compute what is kept`, async () => {
    const { job, collect } = await openJob({ one: {}, two: {} });
    const stop = new AbortController();
    await expect(run(job, () => stop.abort(), stop.signal)).rejects.toThrow();
    const bad = await run(job, () => {});
    const said = await collect(bad);
    // The models' files are gone: whoever wanted to compute anything would have to leave them out.
    for (const { file } of job.models) await rm(file);
    expect(await run(job, () => {})).toEqual([]);
    expect(await collect([])).toEqual(said);
  });
}

contract('a process of its own', runInChild);

onWorkers((runnerFor) => contract('workers', (job, ...others) => runnerFor(job.results)(job, ...others)));
