import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { onnxSource } from '../../src/predictions/onnx/onnx-source.ts';
import type { Runner } from '../../src/predictions/onnx/run/runner.ts';
import type { Batch, PredictProgress, Source } from '../../src/predictions/source.ts';
import { alone } from '../alone.ts';
import { colorModel } from '../predictions/onnx/odd-models.ts';
import { put, putBatch } from '../predictions/onnx/picture.ts';
import { onWorkers } from '../workers/crew.ts';

const CLASSES = ['red', 'green', 'blue'];

/**
 * What every source promises. `open` makes one that has predictions for batches of such pictures by two models named
 * `one` and `two`, and keeps what it must below the folder; opened again, it is the same source after a restart.
 */
function contract(name: string, open: (folder: string) => Promise<Source>): void {
  async function newFolder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'modelpicker-contract-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    return folder;
  }
  async function arrive(folder: string, batch: string): Promise<Batch> {
    const images = join(folder, 'batches', batch);
    await putBatch(images, 9);
    return { name: batch, folder: images };
  }

  test(`${name}: says for every image what every model answers, and how far it is`, async () => {
    const folder = await newFolder();
    const told: PredictProgress[] = [];
    const source = await open(folder);
    const predicted = await source.predict(await arrive(folder, 'monday'), (progress) => told.push(progress));
    expect(predicted.images.map(({ file }) => file)).toEqual(Array.from({ length: 9 }, (_, n) => `photo-00${n}.png`));
    expect(predicted.models.map((model) => model.name)).toEqual(['one', 'two']);
    const { images, models, classes, classCount } = predicted.predictions;
    expect({ images, models, classCount }).toEqual({ images: 9, models: 2, classCount: 3 });
    expect([...classes].map((answer) => predicted.classes[answer])).toEqual(
      Array.from({ length: 18 }, (_, cell) => CLASSES[Math.floor(cell / 2) % 3]),
    );
    for (const { sha256 } of [...predicted.images, ...predicted.models]) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect([...predicted.leftOut, ...predicted.setAside]).toEqual([]);
    for (const { done, of } of told) expect(done <= of && of === 9, `${done} of ${of}`).toBe(true);
  });

  test(`${name}: recalls after a restart what it said, whatever became of the images`, async () => {
    const folder = await newFolder();
    const batch = await arrive(folder, 'monday');
    const said = await (await open(folder)).predict(batch, () => {});
    await rm(batch.folder, { recursive: true });
    const again = await open(folder);
    expect(await again.recall('monday')).toEqual(said);
    expect(await again.predict(batch, () => {})).toEqual(said);
  });

  test(`${name}: what was never predicted is not recalled, and the error names the batch`, async () => {
    const source = await open(await newFolder());
    await expect(source.recall('sunday')).rejects.toThrow(/sunday/);
  });

  test(`${name}: an image that cannot be read costs only itself`, async () => {
    const folder = await newFolder();
    const batch = await arrive(folder, 'monday');
    await put(batch.folder, 'photo-004.png', 'not an image');
    const { images, setAside } = await (await open(folder)).predict(batch, () => {});
    expect(images.map(({ file }) => file)).not.toContain('photo-004.png');
    expect(images).toHaveLength(8);
    expect(setAside).toMatchObject([{ file: 'photo-004.png', reason: expect.stringMatching(/./) }]);
  });
}

async function ofFolder(folder: string, run?: Runner): Promise<Source> {
  for (const model of ['one', 'two']) await put(join(folder, 'models'), `${model}.onnx`, colorModel());
  return onnxSource({
    models: join(folder, 'models'),
    descriptions: [{ match: '*', mean: [0, 0, 0], std: [1, 1, 1] }],
    classes: CLASSES,
    resultsOf: (batch) => join(folder, 'data', batch),
    signal: new AbortController().signal,
    refuseIfLost: alone,
    ...(run && { run }),
  });
}

contract('models of a folder', ofFolder);

onWorkers((runnerFor) =>
  contract('models of a folder, run by a worker', async (folder) => ofFolder(folder, runnerFor(folder))),
);
