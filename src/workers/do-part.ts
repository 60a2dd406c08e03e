import { existsSync } from 'node:fs';
import type { Limits } from '../predictions/onnx/run/job.ts';
import type { Runner } from '../predictions/onnx/run/runner.ts';
import {
  addAnswers,
  addUnreadable,
  imagesOf,
  type RunImage,
  type Stretch,
  unfinished,
} from '../store/postgres/work/answers.ts';
import { deathsAt, forgetDeaths, noteAtWork, takeBack } from '../store/postgres/work/deaths.ts';
import { addDonePart } from '../store/postgres/work/parts.ts';
import type { Asking, WorkPool } from '../store/postgres/work/pool.ts';
import { leaveOut, leftOutOf, type OpenRun } from '../store/postgres/work/runs.ts';
import { type Groups, groupsOf } from './blame.ts';
import type { PartQueue, TakenPart } from './queue.ts';
import { type PartOutcome, runPart } from './run-part.ts';
import type { WorkJob } from './work-job.ts';

/** A run whose images and models this machine can see. */
export type KnownRun = OpenRun & { readonly job: WorkJob };

/** A worker's hands: with what it works, and until when. */
export type Hands = {
  readonly pool: WorkPool;
  readonly queue: PartQueue;
  /** The worker's name. */
  readonly worker: string;
  readonly limits: Partial<Limits>;
  /** What runs models on this machine. */
  readonly run: Runner;
  /** Asks the database, and waits for it within reason. */
  readonly ask: <Found>(what: () => Promise<Found>) => Promise<Found>;
  /** Aborted when the part is taken from the worker, or the worker stops. */
  readonly signal: AbortSignal;
};

/**
 * Does what is left of a part, and keeps its answers and that it is done in one transaction. Stopped, it keeps the answers
 * that are there.
 *
 * @throws what keeps it from being done.
 */
export async function doPart(taken: TakenPart, run: KnownRun, hands: Hands): Promise<void> {
  const { pool, ask, queue, worker } = hands;
  const { first, blocks } = taken.data;
  const startedMs = performance.now();
  const images = await ask(() => imagesOf(pool, stretchOf(taken, run)));
  const groups = await groupsLeft(taken, run, hands);
  const done = { cells: 0, speeds: {} };

  async function finish(asking: Asking): Promise<void> {
    const seconds = (performance.now() - startedMs) / 1000;
    await addDonePart(asking, { run: run.id, first, blocks, seconds, worker, ...done });
    await queue.complete(taken, asking);
  }

  for (const [nth, group] of groups.entries()) {
    const outcome = await runGroup(group, taken, run, images, hands);
    done.cells += outcome.cells;
    Object.assign(done.speeds, outcome.speeds);
    const place = { run: run.id, first };
    await ask(() =>
      pool.inTransaction(async (asking) => {
        await keep(asking, run, outcome);
        if (outcome.isCutShort) return takeBack(asking, place, group);
        await forgetDeaths(asking, place, group);
        if (nth === groups.length - 1) await finish(asking);
      }),
    );
    if (outcome.isCutShort) return;
  }
  if (groups.length === 0) await ask(() => pool.inTransaction(finish));
}

function stretchOf({ data: { first, blocks } }: TakenPart, { id, job: { blockSize } }: KnownRun): Stretch {
  return { run: id, first: first * blockSize, count: blocks * blockSize };
}

/** The models that still have to look at the part, in the company in which they do; those that are blamed are left out. */
async function groupsLeft(taken: TakenPart, run: KnownRun, { pool, ask }: Hands): Promise<Groups['groups']> {
  const leftOut = await ask(() => leftOutOf(pool, run.id));
  const left = await ask(() => unfinished(pool, stretchOf(taken, run), run.models));
  const deaths = await ask(() => deathsAt(pool, { run: run.id, first: taken.data.first }));
  const { groups, blamed } = groupsOf(
    [...left].filter((model) => !leftOut.has(model)),
    deaths,
  );
  for (const { model, reason } of blamed) await ask(() => leaveOut(pool, run.id, model, reason));
  return groups;
}

async function runGroup(
  group: readonly number[],
  taken: TakenPart,
  { id, job, models: ids }: KnownRun,
  images: readonly RunImage[],
  { pool, ask, limits, run, signal }: Hands,
): Promise<PartOutcome> {
  const place = { run: id, first: taken.data.first };
  await ask(() => noteAtWork(pool, place, group));
  try {
    const outcome = await runPart({ job, ids, wanted: new Set(group), images, limits, run, signal });
    // An image that cannot be read costs only itself, but not where it is the mount that has gone.
    if (outcome.unreadable.length > 0 && !existsSync(job.batch))
      throw new Error(`there is no folder ${job.batch} here`);
    return outcome;
  } catch (error) {
    await ask(() => takeBack(pool, place, group));
    throw error;
  }
}

async function keep(asking: Asking, run: OpenRun, { said, bad, unreadable }: PartOutcome): Promise<void> {
  for (const one of said) if (one.images.length > 0) await addAnswers(asking, one);
  await addUnreadable(asking, run.id, unreadable);
  for (const { model, reason } of bad) await leaveOut(asking, run.id, model, reason);
}
