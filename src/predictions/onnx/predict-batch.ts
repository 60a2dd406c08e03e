import { type KeptPredictions, readPredicted, writePredicted } from '../kept.ts';
import { listImages, reasonsIn } from '../list-images.ts';
import type { PredictingModel, PredictProgress } from '../source.ts';
import type { LabelSet } from './describe/label-set.ts';
import { runInChild } from './run/child.ts';
import { collect } from './run/collect.ts';
import { jobOf } from './run/job.ts';
import { type PoolRequest, preparePool } from './run/prepare-pool.ts';
import type { Job } from './run/protocol.ts';

type PredictRequest = PoolRequest & {
  /** Folder of the images. */
  readonly batch: string;
  /** Folder for this batch's results, finished or not. */
  readonly results: string;
  readonly onProgress?: (progress: PredictProgress) => void;
  /** Told which models run and how each is fed, before they do. */
  readonly onPool?: (pool: LabelSet) => void;
};

/**
 * Runs every model over every image, outside this process, and keeps the predictions. What is finished is read back;
 * what was begun goes on where it stopped. A bad image or model costs only itself and is listed with its reason.
 *
 * @throws when no model or no image is left, or the classes are unknown, or the signal aborts.
 */
export async function predictBatch(request: PredictRequest): Promise<KeptPredictions> {
  const finished = await readPredicted(request.results);
  if (finished) return finished;
  const pool = await preparePool(request);
  const { images, setAside } = await listImages(request.batch);
  request.onPool?.(pool);
  if (images.length === 0) {
    const reasons = setAside.length > 0 ? ` that can be read: ${reasonsIn(setAside)}` : '';
    throw new Error(`There is no image in ${request.batch}${reasons}.`);
  }
  const job = jobOf(pool, request.batch, images, request.results, request.limits);
  const run = request.run ?? runInChild;
  const speeds = new Map<string, number>();
  const note = (model: string, msPerImage: number) => void speeds.set(model, msPerImage);
  const bad = await run(job, progressOf(job, request.onProgress), request.signal, note);
  const collected = await collect(job, pool.classes, [...pool.leftOut, ...bad], setAside);
  const predicted = { ...collected, models: collected.models.map((model) => withSpeed(model, speeds.get(model.name))) };
  await writePredicted(request.results, predicted);
  return predicted;
}

function withSpeed(model: PredictingModel, msPerImage: number | undefined): PredictingModel {
  return msPerImage === undefined ? model : { ...model, msPerImage };
}

/** Cells are (model, block) pairs; people think in images. Told at most twice a second. */
function progressOf({ images, models, blockSize }: Job, tell: PredictRequest['onProgress']) {
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
      perSecond: isKnown ? (cellsPerMs * 1000 * blockSize) / models.length : undefined,
      secondsLeft: isKnown ? Math.ceil((of - cells) / cellsPerMs / 1000) : undefined,
    });
  };
}
