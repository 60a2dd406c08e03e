import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { openChildRunner } from '../predictions/onnx/run/child.ts';
import type { Limits } from '../predictions/onnx/run/job.ts';
import type { PostgresPlace } from '../store/postgres/connection.ts';
import { openWorkPool } from '../store/postgres/work/pool.ts';
import { sayGone, saySeen } from '../store/postgres/work/presence.ts';
import { openRunsOf } from '../store/postgres/work/runs.ts';
import type { Hands } from './do-part.ts';
import { BEAT_MS, dropIfOver, holdPart } from './hold.ts';
import { type KnownRuns, openKnownRuns } from './known-runs.ts';
import { lasting } from './lasting.ts';
import { openPartQueue } from './queue.ts';

/** How a worker works, and until when. */
export type WorkerOptions = {
  readonly log: Log;
  /** Stops the worker: what is done of its part is kept, and the part given back. */
  readonly stop: AbortSignal;
  readonly limits?: Partial<Limits>;
  /** How long the database may be away; then the worker ends, for its supervisor to start another. */
  readonly patienceMs?: number;
};

const PATIENCE_MS = 120_000;

/** While it stops, nobody waits for a database that is away. */
const STOP_PATIENCE_MS = 2_000;

/** How long a worker rests where there is no part, or no batch at all. */
const [NO_PART_MS, NO_RUN_MS] = [500, 2_000];

/**
 * Takes parts of a task's batches and does them, one after the other, until it is stopped.
 *
 * @throws when the database cannot be reached for long, or is not as this release knows it.
 */
export async function work(place: PostgresPlace, options: WorkerOptions): Promise<void> {
  const { log, stop, limits = {}, patienceMs = PATIENCE_MS } = options;
  const { task } = place;
  const worker = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const pool = await openWorkPool(place.address, `modelpicker worker of ${task}`);
  try {
    const ask: Hands['ask'] = (what) => lasting(what, stop.aborted ? STOP_PATIENCE_MS : patienceMs);
    const saySo = () => saySeen(pool, worker, task, hostname());
    const beat = setInterval(() => saySo().catch(() => undefined), BEAT_MS);
    try {
      await ask(saySo);
      log('waiting for work', { worker, task });
      const runs = openKnownRuns(pool, log);
      while (!stop.aborted && !(await areSeen(task, runs, { pool, ask }))) await rest(NO_RUN_MS, stop);
      // Only now: a queue is brought up to date by whoever opens it, which must not be another release than the bot.
      if (!stop.aborted) await workOn(task, runs, { pool, worker, limits, ask, log, stop });
    } finally {
      clearInterval(beat);
      await sayGone(pool, worker).catch(() => undefined);
    }
  } finally {
    await pool.end();
  }
}

/** Whether there is a batch, and all of it is here. */
async function areSeen(task: string, runs: KnownRuns, { pool, ask }: Pick<Hands, 'pool' | 'ask'>): Promise<boolean> {
  const open = await ask(() => openRunsOf(pool, task));
  return open.length > 0 && (await ask(() => runs.see(open)));
}

async function workOn(
  task: string,
  runs: KnownRuns,
  most: Omit<Hands, 'signal' | 'queue' | 'run'> & Pick<WorkerOptions, 'log' | 'stop'>,
): Promise<void> {
  const { pool, ask, log, stop } = most;
  const queue = await ask(() => openPartQueue(pool, task, { log, supervises: false }));
  const child = openChildRunner();
  const hands = { ...most, queue, run: child.run };
  try {
    while (!stop.aborted) {
      const isWork = await areSeen(task, runs, hands);
      const part = isWork ? await ask(queue.take) : undefined;
      const run = part && runs.known(part.data.run);
      if (run) await holdPart(part, run, hands);
      else if (part) await dropIfOver(part, hands);
      else await rest(isWork ? NO_PART_MS : NO_RUN_MS, stop);
    }
  } finally {
    child.close();
    await queue.stop();
  }
}

/** A stop ends the rest. */
async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
