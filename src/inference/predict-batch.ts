import { createHash } from 'node:crypto';
import { availableParallelism, totalmem } from 'node:os';
import { runInChild } from './child.ts';
import { collect } from './collect.ts';
import { passedGate } from './gate.ts';
import { listImages } from './images.ts';
import { labelSetOf } from './label-set.ts';
import type { ModelDescription } from './model-description.ts';
import { readPool } from './pool.ts';
import { type Predicted, readPredicted, writePredicted } from './predicted.ts';
import { BLOCK_SIZE, type Job } from './protocol.ts';

export type PredictRequest = {
  /** Folder of the models. */
  readonly models: string;
  readonly descriptions: readonly ModelDescription[];
  /** The label set; otherwise the models' own. */
  readonly classes?: readonly string[];
  /** File of gate records: only models that passed enter. */
  readonly gate?: string;
  /** Folder of the images. */
  readonly batch: string;
  /** Folder for this batch's results, finished or not. */
  readonly results: string;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
  readonly limits?: Partial<Limits>;
};

/** `done` of `of` images, counted over all `models`; `perSecond` images through the whole pool. */
type Progress = {
  readonly done: number;
  readonly of: number;
  readonly models: number;
  readonly perSecond: number | undefined;
  readonly secondsLeft: number | undefined;
};

type Limits = {
  readonly workers: number;
  /** Of the child process that runs the models, in bytes. */
  readonly memoryMax: number;
  /** For one model on one block of images, with opening it. */
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
  const pool = await passedGate(await readPool(request.models, request.descriptions), request.gate);
  const { classes, models, classMaps, leftOut } = labelSetOf(pool.models, request.classes);
  const { images, setAside } = await listImages(request.batch);
  if (images.length === 0) throw new Error(`There is no image in ${request.batch}.`);
  const job: Job = {
    models,
    classMaps,
    classCount: classes.length,
    batch: request.batch,
    images,
    imagesKey: keyOf(images),
    results: request.results,
    workers: availableParallelism(),
    memoryMax: Math.min(3e9, 0.6 * totalmem()),
    blockTimeoutMs: 300_000,
    ...request.limits,
  };
  const progress = progressOf(job, request.onProgress);
  const badModels = await runInChild(job, progress, request.signal);
  const predicted = await collect(job, classes, [...pool.leftOut, ...leftOut, ...badModels], setAside);
  await writePredicted(request.results, predicted);
  return predicted;
}

function keyOf(images: Job['images']): string {
  const hash = createHash('sha256');
  for (const { sha256 } of images) hash.update(sha256);
  return hash.digest('hex');
}

/** Cells are (model, block) pairs; people think in images. Told at most twice a second. */
function progressOf({ images, models }: Job, tell: PredictRequest['onProgress']) {
  const startedMs = performance.now();
  let toldMs = Number.NEGATIVE_INFINITY;
  let before: number | undefined;
  return (cells: number, of: number) => {
    before ??= cells - 1;
    const nowMs = performance.now();
    if (nowMs - toldMs < 500 && cells < of) return;
    toldMs = nowMs;
    const cellsPerMs = (cells - before) / (nowMs - startedMs);
    const isKnown = cells - before > models.length;
    tell?.({
      done: Math.floor((images.length * cells) / Math.max(1, of)),
      of: images.length,
      models: models.length,
      perSecond: isKnown ? (cellsPerMs * 1000 * BLOCK_SIZE) / models.length : undefined,
      secondsLeft: isKnown ? Math.ceil((of - cells) / cellsPerMs / 1000) : undefined,
    });
  };
}
