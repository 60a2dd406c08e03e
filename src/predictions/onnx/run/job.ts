import { createHash } from 'node:crypto';
import { availableParallelism, totalmem } from 'node:os';
import type { LabelSet } from '../describe/label-set.ts';
import type { ModelSpec } from '../describe/model-spec.ts';
import { inputBytes, inputKey } from './model-input.ts';
import type { Job } from './protocol.ts';

export type Limits = {
  readonly workers: number;
  /** Of the child process that runs the models, in bytes. */
  readonly memoryMax: number;
  /** For one model on one block of images, with opening it. */
  readonly blockTimeoutMs: number;
  /** Without a sign of life the child process is taken for stopped, and ended. */
  readonly silenceMaxMs: number;
};

/** A job of these models over these images, with the limits of this machine where none are given. */
export function jobOf(
  { models, classMaps, classes }: Pick<LabelSet, 'models' | 'classMaps' | 'classes'>,
  batch: string,
  images: Job['images'],
  results: string,
  limits: Partial<Limits> = {},
): Job {
  const hash = createHash('sha256');
  for (const { sha256 } of images) hash.update(sha256);
  return {
    models,
    classMaps,
    classCount: classes.length,
    batch,
    images,
    blockSize: blockSizeOf(models, images.length),
    imagesKey: hash.digest('hex'),
    results,
    workers: threadsFor(models),
    memoryMax: Math.min(3e9, 0.6 * totalmem()),
    blockTimeoutMs: 300_000,
    silenceMaxMs: 60_000,
    ...limits,
  };
}

/** Of what a block holds, so that its runs are alike. */
const RUN_SIZE_MIN = 8;

/** Of what a device is given at once. */
const [DEVICE_RUN_MAX, DEVICE_RUN_BYTES] = [64, 40e6];

/** One computes on the device while another reads answers; each holds a model of its own there. */
const DEVICE_THREADS = 2;

function threadsFor(models: LabelSet['models']): number {
  const isAllOnDevice = models.every(({ spec }) => spec.providers !== undefined);
  return isAllOnDevice ? Math.min(DEVICE_THREADS, availableParallelism()) : availableParallelism();
}

/**
 * Images a model of an open batch runs at once, where their answers do not depend on each other: 8 is within 11 % of the best for
 * every network tried on processors, and small enough for big inputs; where inputs are tiny, what a run costs beside its computing
 * shows. Devices idle on so few.
 */
export function runSizeOf(spec: ModelSpec): number {
  const { framing, batch, alone, providers } = spec;
  if (batch > 0 || alone) return batch || 1;
  if (!providers) return framing.width * framing.height <= 64 * 64 ? 32 : RUN_SIZE_MIN;
  const most = Math.min(DEVICE_RUN_MAX, DEVICE_RUN_BYTES / inputBytes(spec));
  return Math.max(RUN_SIZE_MIN, RUN_SIZE_MIN * Math.floor(most / RUN_SIZE_MIN));
}

const BLOCK_SIZE_MAX = 256;

/** Of inputs: 32 images of 224 x 224 in float32. */
const BLOCK_BYTES = 20e6;

/** So that workers end together, and a kill costs little. */
const CELLS_MIN = 64;

/**
 * As large as inputs and the number of cells (model x block) allow: each cell costs its bookkeeping, which small models
 * would notice. The same for the same pool and batch, on every machine, or what was kept would be lost.
 */
function blockSizeOf(models: LabelSet['models'], images: number): number {
  const inputs = new Map(models.map(({ spec }) => [inputKey(spec), inputBytes(spec)]));
  const imageBytes = [...inputs.values()].reduce((sum, bytes) => sum + bytes, 0);
  const most = Math.min(BLOCK_SIZE_MAX, BLOCK_BYTES / imageBytes, (images * models.length) / CELLS_MIN);
  const fixed = models.map(({ spec }) => spec.batch);
  const step = Math.max(RUN_SIZE_MIN, ...models.map(({ spec }) => (spec.providers ? runSizeOf(spec) : 0)));
  return Math.max(step, ...fixed, step * Math.floor(most / step));
}
