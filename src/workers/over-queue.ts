import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';
import type { Job } from '../predictions/onnx/run/protocol.ts';
import type { Runner } from '../predictions/onnx/run/runner.ts';
import type { PostgresPlace } from '../store/postgres/connection.ts';
import { unfinishedBlocks } from '../store/postgres/work/answers.ts';
import { openWorkPool } from '../store/postgres/work/pool.ts';
import { endRun, openRun } from '../store/postgres/work/runs.ts';
import { type Distribution, openDistribution, type Undertaking } from './distribution.ts';
import { gather } from './gather.ts';
import { lasting } from './lasting.ts';
import { openPartQueue } from './queue.ts';
import { runOf } from './work-job.ts';

/** How the bot looks after its workers. */
export type OverQueueOptions = {
  readonly log: Log;
  /** How often those whose worker has died are looked for, in seconds. */
  readonly lookSeconds?: number;
  /** Asked before a run is opened or ended; throws where another bot has taken the task over since, and waits for the same run. */
  readonly refuseIfLost: () => Promise<void>;
};

/** How often the bot looks at what has been done. */
const LOOK_MS = 500;

/** Runs the models on workers, wherever they are, and gathers what they say; outlasts restarts of the database. */
export function overQueue(place: PostgresPlace, options: OverQueueOptions): Runner {
  const { refuseIfLost } = options;
  return async (job, onProgress, signal, onSpeed) => {
    const pool = await openWorkPool(place.address, `modelpicker ${place.task}`);
    const queue = await openPartQueue(pool, place.task, { ...options, supervises: true }).catch(async (error) => {
      await pool.end();
      throw error;
    });
    try {
      await refuseIfLost();
      const run = await lasting(() => openRun(pool, runOf(job, place.task)), Infinity, signal);
      const work = { pool, queue, run, job, task: place.task };
      return await lookOn(work, onProgress, signal, onSpeed).catch(async (error) => {
        // Workers are not to go on with what nobody waits for.
        if (signal?.aborted)
          await refuseIfLost()
            .then(() => endRun(pool, run.id))
            .catch(() => undefined);
        throw signal?.aborted ? new Error('Stopped before all models had run.', { cause: error }) : error;
      });
    } finally {
      await queue.stop();
      await pool.end();
    }
  };
}

/** Hands out parts until every block is done, and gathers. */
async function lookOn(
  work: Undertaking,
  onProgress: Parameters<Runner>[1],
  signal: AbortSignal | undefined,
  onSpeed: Parameters<Runner>[3],
): ReturnType<Runner> {
  const { pool, run, job } = work;
  const ask = <Found>(what: () => Promise<Found>) => lasting(what, Infinity, signal);
  const speeds = new Map<string, number>();
  await ask(() => work.queue.forgetFailed());
  // A part that says it is done and left something out is a fault; it is not waited for without end.
  for (let times = 0; times < 3; times++) {
    const left = await ask(() => unfinishedBlocks(pool, run.id, job.blockSize));
    if (left.length === 0) break;
    const distribution = await ask(() => openDistribution(work, left));
    while (await ask(distribution.step)) {
      tellProgress(distribution, job, onProgress);
      await sleep(LOOK_MS, undefined, { signal });
    }
    for (const [name, ms] of distribution.speeds) speeds.set(name, ms);
    refuseFailed(distribution);
  }
  const bad = await ask(() => gather(pool, run, job));
  for (const [name, ms] of speeds) onSpeed?.(name, ms);
  const cells = job.models.length * Math.ceil(job.images.length / job.blockSize);
  onProgress(cells, cells);
  await ask(() => endRun(pool, run.id));
  return bad;
}

function tellProgress({ left, workers }: Distribution, job: Job, onProgress: Parameters<Runner>[1]): void {
  const { length: models } = job.models;
  const blocks = Math.ceil(job.images.length / job.blockSize);
  onProgress(models * (blocks - left()), models * blocks, workers());
}

/** @throws what was said last of a part that failed for good. */
function refuseFailed({ failed }: Distribution): void {
  const [first] = failed();
  if (!first) return;
  const count = failed().length;
  throw new Error(
    `Workers could not do ${count} ${count === 1 ? 'part' : 'parts'} of the batch, however often they were tried; what was done is kept. The last one said: ${first.reason}`,
  );
}
