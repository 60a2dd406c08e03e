import { createHash } from 'node:crypto';
import { availableParallelism, totalmem } from 'node:os';
import type { LabelSet } from './label-set.ts';
import type { Job } from './protocol.ts';

export type Limits = {
  readonly workers: number;
  /** Of the child process that runs the models, in bytes. */
  readonly memoryMax: number;
  /** For one model on one block of images, with opening it. */
  readonly blockTimeoutMs: number;
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
    imagesKey: hash.digest('hex'),
    results,
    workers: availableParallelism(),
    memoryMax: Math.min(3e9, 0.6 * totalmem()),
    blockTimeoutMs: 300_000,
    ...limits,
  };
}
