import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ABSTAINED } from '../core/predictions.ts';
import { openCells } from './cells.ts';
import { runInChild } from './child.ts';
import { decode, listImages } from './images.ts';
import { labelSetOf } from './label-set.ts';
import type { ModelDescription } from './model-description.ts';
import { readPool } from './pool.ts';
import { type Predicted, readPredicted, writePredicted } from './predicted.ts';
import { BLOCK_SIZE, cellsKey, type Job, NO_IMAGE } from './protocol.ts';

export type PredictRequest = {
  /** Folder of the models. */
  readonly models: string;
  readonly descriptions: readonly ModelDescription[];
  /** The label set; otherwise the models' own. */
  readonly classes?: readonly string[];
  /** Folder of the images. */
  readonly batch: string;
  /** Folder for this batch's results, finished or not. */
  readonly results: string;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
  readonly limits?: Partial<Limits>;
};

/** `done` of `of` images, counted over all models. */
export type Progress = { readonly done: number; readonly of: number; readonly secondsLeft: number | undefined };

export type Limits = {
  readonly workers: number;
  /** Of the child process that runs the models, in bytes. */
  readonly memoryMax: number;
  /** For one model on one block of 128 images. */
  readonly blockTimeoutMs: number;
};

/**
 * Runs every model over every image, in a process of its own, and keeps the predictions. What is finished is read back;
 * what was begun goes on where it stopped. A bad image or model costs only itself and is listed with its reason.
 *
 * @throws when no model or no image is left, or the classes are unknown, or the signal aborts.
 */
export async function predictBatch(request: PredictRequest): Promise<Predicted> {
  const finished = await readPredicted(request.results);
  if (finished) return finished;
  const pool = await readPool(request.models, request.descriptions);
  const { classes, models, classMaps, leftOut } = labelSetOf(pool.models, request.classes);
  const images = await listImages(request.batch);
  if (images.length === 0) throw new Error(`There is no image in ${request.batch}.`);
  const job: Job = {
    models,
    classMaps,
    classCount: classes.length,
    batch: request.batch,
    images,
    results: request.results,
    workers: availableParallelism(),
    memoryMax: 3e9,
    blockTimeoutMs: 300_000,
    ...request.limits,
  };
  const badModels = await runInChild(job, progressOf(images.length, request.onProgress), request.signal);
  const excluded = [...pool.leftOut, ...leftOut, ...badModels];
  const predicted = await collect(job, classes, excluded);
  await writePredicted(request.results, predicted);
  return predicted;
}

/** Cells are (model, block) pairs; people think in images. */
function progressOf(images: number, tell: PredictRequest['onProgress']) {
  const startedMs = performance.now();
  let before: number | undefined;
  return (cells: number, of: number) => {
    before ??= cells - 1;
    const perCellMs = (performance.now() - startedMs) / Math.max(1, cells - before);
    const secondsLeft = cells - before > 3 ? Math.ceil(((of - cells) * perCellMs) / 1000) : undefined;
    tell?.({ done: Math.floor((images * cells) / Math.max(1, of)), of: images, secondsLeft });
  };
}

/** Puts the models' cells together, without the images that did not decode. */
async function collect(
  job: Job,
  classes: readonly string[],
  excluded: readonly { name: string; reason: string }[],
): Promise<Predicted> {
  const names = new Set(excluded.map(({ name }) => name));
  const columns: { model: Job['models'][number]; blocks: ReadonlyMap<number, Int16Array> }[] = [];
  for (const [index, model] of job.models.entries()) {
    if (names.has(model.name)) continue;
    const cells = await openCells(join(job.results, 'cells'), cellsKey(job, index), BLOCK_SIZE);
    await cells.close();
    columns.push({ model, blocks: cells.done });
  }
  if (columns.length === 0) throw new Error(`No model of the pool works:\n${excluded.map(lineOf).join('\n')}`);
  const classOf = (column: (typeof columns)[number], image: number) =>
    column.blocks.get(Math.floor(image / BLOCK_SIZE))?.[image % BLOCK_SIZE] ?? ABSTAINED;
  const rows = [...job.images.keys()].filter((image) => classOf(columns[0]!, image) !== NO_IMAGE);
  if (rows.length === 0) throw new Error(`No image of ${job.batch} can be decoded.`);
  const matrix = new Int16Array(rows.length * columns.length);
  rows.forEach((image, row) => {
    columns.forEach((column, at) => {
      matrix[row * columns.length + at] = classOf(column, image);
    });
  });
  return {
    classes: [...classes],
    images: rows.map((image) => job.images[image]!),
    setAside: await reasonsOf(job, new Set(rows)),
    models: columns.map(({ model: { name, file, sha256 } }) => ({ name, file, sha256 })),
    leftOut: [...excluded],
    predictions: { images: rows.length, models: columns.length, classCount: classes.length, classes: matrix },
  };
}

/** Decoding the few bad ones again tells why, also when an earlier run met them. */
async function reasonsOf(job: Job, good: ReadonlySet<number>): Promise<{ file: string; reason: string }[]> {
  const bad = job.images.filter((_, image) => !good.has(image));
  return Promise.all(
    bad.map(async ({ file }) => ({
      file,
      reason: await decode(join(job.batch, file), false).then(
        () => 'it could not be read',
        (error: Error) => error.message.split('\n')[0]!,
      ),
    })),
  );
}

function lineOf({ name, reason }: { name: string; reason: string }): string {
  return `- ${name}: ${reason}`;
}
