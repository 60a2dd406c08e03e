import type { Job } from '../predictions/onnx/run/protocol.ts';
import { partCost, partsSince } from '../store/postgres/work/parts.ts';
import type { WorkPool } from '../store/postgres/work/pool.ts';
import { workersOf } from '../store/postgres/work/presence.ts';
import type { OpenRun } from '../store/postgres/work/runs.ts';
import { nextStretch, partSize } from './part-sizes.ts';
import type { BatchPart, FailedPart, PartQueue } from './queue.ts';
import { blocksOf, nameOf, openShares, type Shares } from './shares.ts';

/** Parts for each worker in the queue: what it is at, and one to go on with once it is known how long one takes. */
const [AT_FIRST, AHEAD] = [1, 2];

/** What is being done, and with what. */
export type Undertaking = {
  readonly pool: WorkPool;
  readonly queue: PartQueue;
  readonly run: OpenRun;
  readonly job: Job;
  readonly task: string;
};

/** The blocks of a run on their way through the queue. */
export type Distribution = {
  /** Looks at what was done since, and sends what comes next. False when nothing is left but what failed for good. */
  step(): Promise<boolean>;
  /** How many blocks are not done yet. */
  left(): number;
  /** How many workers there are. */
  workers(): number;
  failed(): readonly FailedPart[];
  /** Milliseconds an image by model, at its best. */
  readonly speeds: ReadonlyMap<string, number>;
};

/** @param blocks that have to be done; parts of the run that are under way already are waited for. */
export async function openDistribution(of: Undertaking, blocks: readonly number[]): Promise<Distribution> {
  const { pool, queue, run } = of;
  const shares = openShares(blocks);
  const speeds = new Map<string, number>();
  let failed: readonly FailedPart[] = [];
  let seen = (await partsSince(pool, run.id, 0)).at(-1)?.id ?? 0;
  let [workers, isOwn] = [0, false];
  for (const part of await queue.underWay(run.id)) {
    if (blocksOf(part).some((block) => shares.unsent.has(block))) shares.send(part);
  }

  async function noteDone(): Promise<void> {
    // Before what is done: done and gone from the queue come in one transaction, so what is in neither was lost there.
    const underWay = new Set((await queue.underWay(run.id)).map(nameOf));
    failed = await queue.failed(run.id);
    for (const part of await partsSince(pool, run.id, seen)) {
      seen = part.id;
      isOwn = true;
      shares.settle({ ...part, run: run.id });
      for (const [name, ms] of Object.entries(part.speeds)) speeds.set(name, Math.min(ms, speeds.get(name) ?? ms));
    }
    for (const { part } of failed) shares.settle(part);
    for (const [name, part] of shares.sent) if (!underWay.has(name)) shares.takeBack(part);
  }

  return {
    speeds,
    left: () => shares.unsent.size + blocksIn([...shares.sent.values(), ...failed.map(({ part }) => part)]),
    workers: () => workers,
    failed: () => failed,
    async step() {
      await noteDone();
      workers = await workersOf(pool, of.task);
      await sendNext(of, shares, workers, isOwn);
      return shares.unsent.size + shares.sent.size > 0;
    },
  };
}

async function sendNext(of: Undertaking, shares: Shares, workers: number, isOwn: boolean): Promise<void> {
  const { pool, queue, run, job, task } = of;
  const known = await partCost(pool, task);
  const cost = known && { start: known.start, perBlock: known.perCell * job.models.length };
  const most = (cost === undefined ? AT_FIRST : AHEAD) * Math.max(1, workers);
  while (shares.unsent.size > 0 && shares.sent.size < most) {
    const size = partSize({ blocksLeft: shares.unsent.size, workers, cost, isOwn });
    const part = { run: run.id, ...nextStretch(shares.unsent, size) };
    await queue.send(part);
    shares.send(part);
  }
}

function blocksIn(parts: readonly BatchPart[]): number {
  return parts.reduce((sum, { blocks }) => sum + blocks, 0);
}
