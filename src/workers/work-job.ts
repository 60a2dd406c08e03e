import { createHash } from 'node:crypto';
import { cellsKey, type Job } from '../predictions/onnx/run/protocol.ts';
import type { NewRun } from '../store/postgres/work/runs.ts';
import { release } from './release.ts';

/** What a worker has to know of a run beside its images; the limits of a machine are its own. `release`: the bot's. */
export type WorkJob = Pick<Job, 'models' | 'classMaps' | 'classCount' | 'batch' | 'blockSize' | 'blockTimeoutMs'> & {
  readonly release: string;
};

/** A job as a run of a task in the database. */
export function runOf(job: Job, task: string): NewRun {
  const { models, classMaps, classCount, batch, images, blockSize, blockTimeoutMs } = job;
  const about: WorkJob = { release, models, classMaps, classCount, batch, blockSize, blockTimeoutMs };
  const fed = models.map(({ spec }, index) => digest([spec, classMaps[index] ?? null, classCount]));
  const cells = models.map((_, index) => cellsKey(job, index));
  return {
    task,
    key: digest([batch, cells, images.map(({ file }) => file)]),
    job: about,
    models: models.map(({ sha256 }, index) => ({ sha256, fed: fed[index]! })),
    images,
  };
}

function digest(of: unknown): string {
  return createHash('sha256').update(JSON.stringify(of)).digest('hex');
}
