import { createHash } from 'node:crypto';
import { type Job, PgBoss } from 'pg-boss';
import { z } from 'zod';
import type { Log } from '../log.ts';
import type { Asking, WorkPool } from '../store/postgres/work/pool.ts';

/** A run of images that one worker looks at: so many blocks of a run, from `first` on. */
export type BatchPart = { readonly run: number; readonly first: number; readonly blocks: number };

/** A part that was tried often enough, and what was said last. */
export type FailedPart = { readonly part: BatchPart; readonly reason: string };

/** A part in the hands of a worker; `retryCount` says for how many times it has been in somebody's before. */
export type TakenPart = Pick<Job<BatchPart>, 'id' | 'data' | 'retryCount'>;

/** The parts of one task, in the database: each is delivered at least once. */
export type PartQueue = {
  /** Changes nothing where the same part waits or is worked on. */
  send(part: BatchPart): Promise<void>;
  take(): Promise<TakenPart | undefined>;
  /** Says that a part is still being worked on. False where it is not this worker's any more. */
  beat(part: TakenPart): Promise<boolean>;
  /** Within the transaction that keeps its answers. */
  complete(part: TakenPart, asking: Asking): Promise<void>;
  /** It did not work; somebody tries again later, until that was often enough. */
  giveBack(part: TakenPart, reason: string): Promise<void>;
  /** The parts of a run that failed for good, with what was said last. */
  failed(run: number): Promise<readonly FailedPart[]>;
  /** The parts of a run that wait or are worked on. */
  underWay(run: number): Promise<readonly BatchPart[]>;
  /** What failed is forgotten, so that it may be tried anew. */
  forgetFailed(): Promise<void>;
  stop(): Promise<void>;
};

/** How a process uses the queue. */
export type QueueOptions = {
  readonly log: Log;
  /** Whether this process looks after those whose worker has died; the bot does. */
  readonly supervises: boolean;
  /** How often it looks, in seconds. */
  readonly lookSeconds?: number;
};

/** A worker says a word every third of it; without one for so long it is taken for dead. */
export const HEARTBEAT_SECONDS = 30;

/** How often a part may be tried: models that kill workers have to be told apart, three deaths each. */
const RETRIES = 12;

/** In a schema of its own, which pg-boss brings up to date by itself. */
const SCHEMA = 'modelpicker_queue';

/** Opens the queue of a task on connections of the pool, which stays open. */
export async function openPartQueue(
  pool: WorkPool,
  task: string,
  { log, supervises, lookSeconds = 10 }: QueueOptions,
): Promise<PartQueue> {
  const boss = new PgBoss({
    db: sqlOf(pool),
    schema: SCHEMA,
    schedule: false,
    supervise: supervises,
    superviseIntervalSeconds: lookSeconds,
    monitorIntervalSeconds: lookSeconds,
    registerInstance: false,
  });
  boss.on('error', (error) => log('queue of parts not looked after, will try again', { error: error.message }));
  await boss.start();
  const name = nameOf(task);
  const dead = `${name}-failed`;
  await boss.createQueue(dead, { policy: 'standard', deleteAfterSeconds: 7 * 86_400 });
  await boss.createQueue(name, {
    policy: 'exclusive',
    heartbeatSeconds: HEARTBEAT_SECONDS,
    expireInSeconds: 86_400,
    retryLimit: RETRIES,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 60,
    deleteAfterSeconds: 3_600,
    deadLetter: dead,
  });
  return {
    send: async (part) =>
      void (await boss.send(name, part, { singletonKey: `${part.run}/${part.first}-${part.blocks}` })),
    take: async () => (await boss.fetch<BatchPart>(name))[0],
    beat: async (part) => Changed.parse(await boss.touch(name, part)).affected === 1,
    // Gone with the transaction that keeps the answers: what is under way stays quick to find.
    complete: async (part, asking) => void (await boss.deleteJob(name, part, { db: sqlOf(asking) })),
    giveBack: async (part, reason) => void (await boss.fail(name, part, { reason })),
    failed: async (run) => {
      const jobs = await boss.findJobs<BatchPart>(dead, { data: { run } });
      return jobs.map(({ data, sourceOutput }) => ({ part: data, reason: reasonIn(sourceOutput) }));
    },
    underWay: async (run) => {
      const jobs = await boss.findJobs<BatchPart>(name, { data: { run }, limit: 100_000 });
      return jobs.filter(({ state }) => isUnderWay(state)).map(({ data }) => data);
    },
    forgetFailed: async () => void (await boss.deleteAllJobs(dead)),
    stop: () => boss.stop({ graceful: false, close: false }),
  };
}

/** What pg-boss says of a command; its types leave it out. */
const Changed = z.object({ affected: z.number() });

function isUnderWay(state: string): boolean {
  return state === 'created' || state === 'retry' || state === 'active';
}

/** Queues have names of few characters; tasks may have any. */
function nameOf(task: string): string {
  return `parts-${createHash('sha256').update(task).digest('hex').slice(0, 16)}`;
}

function sqlOf(asking: Asking) {
  return { executeSql: (text: string, values?: unknown[]) => asking.query(text, values) };
}

/** What a worker said, or the queue itself of one that fell silent. */
function reasonIn(output: object | null): string {
  const said = output as { reason?: string; value?: { message?: string } } | null;
  return said?.reason ?? said?.value?.message ?? 'no reason was given';
}
