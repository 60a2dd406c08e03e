import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { ReadingDone, ReadingJob } from '../../src/predictions/aside/aside.ts';
import { predictionsFrom } from '../../src/predictions/from-file.ts';

const classes = Array.from({ length: 40 }, (_, n) => `class-${n}`);
const listOf = (images: number) => ({
  images: Array.from({ length: images }, (_, n) => ({ file: `${String(n).padStart(6, '0')}.jpg`, sha256: `${n}` })),
  ...{ setAside: [], passedOver: 0 },
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelpicker-large-table-'));
  onTestFinished(() => rm(folder, { recursive: true }));
});

/** `cell` says what stands in the cell of an image and a model; the rows stand in the reverse order of the images. */
async function writeTable(images: number, models: number, cell: (image: number, model: number) => string) {
  const list = listOf(images);
  const names = Array.from({ length: models }, (_, model) => `model-${model}`);
  const rows = list.images.map(({ file }, image) => [file, ...names.map((_, model) => cell(image, model))]);
  const lines = [['file', ...names], ...rows.reverse()].map((cells) => cells.join(','));
  await writeFile(join(folder, 'predictions.csv'), `${lines.join('\n')}\n`);
  return list;
}

test('of many faults the first are told, in the order of the images, and how many more there are', async () => {
  const list = await writeTable(50, 2, (image, model) => (image >= 5 && model === 0 ? `kelp-${image}` : 'class-1'));
  const read = predictionsFrom(folder, list, { classes, taken: ['model-1'] });
  const lines = (await read.catch((error: Error) => error.message)) as string;
  expect(lines.split('\n').slice(1, 4)).toEqual([
    '- column "model-1": a model of the pool has this name already: rename the column',
    '- line 46, column "model-0": "kelp-5" is not a class: write one of the 40 classes, or nothing',
    '- line 45, column "model-0": "kelp-6" is not a class: write one of the 40 classes, or nothing',
  ]);
  expect(lines.split('\n').slice(-2)).toEqual([
    '- line 28, column "model-0": "kelp-23" is not a class: write one of the 40 classes, or nothing',
    '- and 26 more',
  ]);
});

test('a table of a million cells is read in a heap that could not hold its cells', async () => {
  const asked = { images: 10_000, models: 100, oldMb: 24 };
  const list = await writeTable(asked.images, asked.models, (image, model) => classes[(image * 7 + model) % 40]!);
  const workerData: ReadingJob = { kind: 'predictions', asked: [folder, list, { classes, taken: [] }] };
  const thread = new Worker(new URL('../../src/predictions/aside/reading-thread.ts', import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: asked.oldMb, maxYoungGenerationSizeMb: 8 },
  });
  const [done] = (await once(thread, 'message')) as [ReadingDone];
  expect(done).toMatchObject({ found: { predictions: { images: asked.images, models: asked.models } } });
});
