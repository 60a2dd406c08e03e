import { listImagesAside } from '../aside/aside.ts';
import { joined } from '../joined.ts';
import { type KeptPredictions, readPredicted, writePredicted } from '../kept.ts';
import { type ImageList, reasonsIn } from '../list-images.ts';
import type { PredictingModel, PredictProgress } from '../source.ts';
import { broughtBy } from './brought.ts';
import type { LeftOut } from './describe/described-model.ts';
import type { LabelSet } from './describe/label-set.ts';
import { runInChild } from './run/child.ts';
import { collect } from './run/collect.ts';
import { jobOf } from './run/job.ts';
import { type PoolRequest, preparePool } from './run/prepare-pool.ts';
import type { Job } from './run/protocol.ts';
import type { Runner } from './run/runner.ts';

type PredictRequest = Omit<PoolRequest, 'models'> & {
  /** Folder of the models; without it the batch brings all predictions itself. */
  readonly models?: string | undefined;
  /** Brings the folder of the models up to date first; gives who is absent, and why. */
  readonly refresh?: (signal?: AbortSignal) => Promise<readonly LeftOut[]>;
  /** Folder of the images. */
  readonly batch: string;
  /** Folder for this batch's results, finished or not. */
  readonly results: string;
  readonly onProgress?: (progress: PredictProgress) => void;
  /** Asked before anything in the folders changes; throws where another process has taken the task over since. */
  readonly refuseIfLost: () => Promise<void>;
  /** What runs the models; otherwise a process of this machine. */
  readonly run?: Runner;
  /** Where the images are only a sample: the whole batch, which its own predictions are about. */
  readonly whole?: { readonly folder: string; readonly list: ImageList };
  /** Told which models run and how each is fed, before they do. */
  readonly onPool?: (pool: LabelSet) => void;
};

/**
 * Runs every model over every image, outside this process, and keeps what they say, and beside it what the batch brings in a
 * file of predictions. What is finished is read back; what was begun goes on where it stopped. A bad image or model costs
 * only itself and is listed with its reason.
 *
 * @throws when no model or no image is left, the classes are unknown, the file is wrong, or the signal aborts.
 */
export async function predictBatch(request: PredictRequest): Promise<KeptPredictions> {
  const finished = await readPredicted(request.results);
  if (finished) return finished;
  const { models, refuseIfLost } = request;
  await refuseIfLost();
  const absent = (await request.refresh?.(request.signal)) ?? [];
  // Beside each other: both read files, each on one processor.
  const [described, list] = await Promise.all([
    models === undefined ? undefined : preparePool({ ...request, models, isElsewhere: request.run !== undefined }),
    listImagesAside(request.batch),
  ]);
  const pool = described && withAbsent(described, absent);
  const { images, setAside } = list;
  if (pool) request.onPool?.(pool);
  if (images.length === 0) {
    const reasons = setAside.length > 0 ? ` that can be read: ${reasonsIn(setAside)}` : '';
    throw new Error(`There is no image in ${request.batch}${reasons}.`);
  }
  // Before the models run, so that what is wrong with the file is said at once.
  const brought = await broughtBy(request, request.whole ?? { folder: request.batch, list }, pool);
  const ran = pool && (await runPool(request, pool, list));
  const predicted = ran && brought ? joined(ran, brought) : (ran ?? brought!);
  await refuseIfLost();
  await writePredicted(request.results, predicted);
  return predicted;
}

function withAbsent(pool: LabelSet, absent: readonly LeftOut[]): LabelSet {
  return { ...pool, leftOut: [...pool.leftOut, ...absent] };
}

async function runPool(request: PredictRequest, pool: LabelSet, { images, setAside }: ImageList) {
  const job = jobOf(pool, request.batch, images, request.results, request.limits);
  const run = request.run ?? runInChild;
  const speeds = new Map<string, number>();
  const note = (model: string, msPerImage: number) => void speeds.set(model, msPerImage);
  const bad = await run(job, progressOf(job, request.onProgress), request.signal, note);
  const collected = await collect(job, pool.classes, [...pool.leftOut, ...bad], setAside);
  return { ...collected, models: collected.models.map((model) => withSpeed(model, speeds.get(model.name))) };
}

function withSpeed(model: PredictingModel, msPerImage: number | undefined): PredictingModel {
  return msPerImage === undefined ? model : { ...model, msPerImage };
}

/** Cells are (model, block) pairs; people think in images. Told at most twice a second. */
function progressOf({ images, models, blockSize }: Job, tell: PredictRequest['onProgress']) {
  const startedMs = performance.now();
  let toldMs = Number.NEGATIVE_INFINITY;
  let before: number | undefined;
  return (cells: number, of: number, workers?: number) => {
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
      ...(workers !== undefined && { workers }),
      perSecond: isKnown ? (cellsPerMs * 1000 * blockSize) / models.length : undefined,
      secondsLeft: isKnown ? Math.ceil((of - cells) / cellsPerMs / 1000) : undefined,
    });
  };
}
