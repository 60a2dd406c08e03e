import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { forgetBatch, type KeptBatch, keptBatches } from '../predictions/kept-batches.ts';
import { isNewer } from '../round/batch-order.ts';
import { takenOver } from './beliefs/earlier-days.ts';
import type { Context } from './context.ts';
import { lookedAfter } from './going-on/older-rounds.ts';
import type { Settler } from './labels/settle-all.ts';
import { writeManifests } from './labels/settled.ts';
import { earlierWinners } from './serving/pins.ts';
import { wantedIn } from './serving/served.ts';

/** How long what the models said about a batch is kept. Facts are kept for ever. */
export type Retention = {
  /** Since the last thing that happened in its round. */
  readonly days: number;
  /** Folder of what the models said: a sub-folder a batch. */
  readonly predictions: string;
  /** Where the settled labels of a batch are written before its predictions go: they rest on these. */
  readonly labels: string;
  /** Removes what workers said of batches that they were done with before then; gives where those are. */
  readonly forgetWork?: ((before: Date) => Promise<readonly string[]>) | undefined;
};

const DAY_MS = 86_400_000;

/** Removes what is old and what nothing needs any more, and says so in one line; what fails stays, and is logged. */
export async function removeOld(retention: Retention | undefined, settle: Settler, context: Context): Promise<void> {
  if (!retention) return;
  const { days, predictions, labels } = retention;
  const removed: string[] = [];
  for (const batch of await oldBatches(retention, context)) {
    const isFinished = existsSync(join(predictions, batch, 'predicted.json'));
    if (isFinished && hasAnswers(batch, context)) {
      const settled = await settle(batch);
      // What cannot be read any more may yet be mended.
      if (!settled) continue;
      await context.journal.refuseIfLost();
      await writeManifests(labels, [settled]);
    }
    // Whoever has taken the task over since may need them: it knows what serves now.
    await context.journal.refuseIfLost();
    await forgetBatch(predictions, batch);
    removed.push(batch);
  }
  const before = new Date(context.now().getTime() - days * DAY_MS);
  const ofWorkers = (await retention.forgetWork?.(before)) ?? [];
  if (removed.length + ofWorkers.length === 0) return;
  const work = ofWorkers.length > 0 && { ofWorkers };
  context.log('old predictions removed', { batches: removed, ...work, olderThanDays: days, labels });
}

async function oldBatches({ days, predictions }: Retention, context: Context): Promise<string[]> {
  const { journal, now } = context;
  const newest = journal.newest();
  if (newest === undefined) return [];
  const opened = new Set(journal.names());
  const needed = neededBatches(newest, context);
  const before = now().getTime() - days * DAY_MS;
  const lastChange = ({ name, changedAt }: KeptBatch) =>
    opened.has(name) ? Date.parse(journal.facts(name).at(-1)!.at) : changedAt.getTime();
  // One that is newer is being predicted right now.
  const isOld = (kept: KeptBatch) => !needed.has(kept.name) && isNewer(newest, kept.name) && lastChange(kept) < before;
  return (await keptBatches(predictions)).filter(isOld).map(({ name }) => name);
}

/** Whose predictions a round, a start or an admin may yet ask for. */
function neededBatches(newest: string, context: Context): Set<string> {
  const { journal } = context;
  const read = [newest, ...lookedAfter(context)];
  const taken = [
    ...takenOver(journal.names(), journal.facts),
    ...read.flatMap((name) => journal.round(name).opened.takesOver ?? []),
  ];
  const served = [...journal.deployments().take(1), ...earlierWinners(context), wantedIn(journal)];
  return new Set([...read, ...[...taken, ...served].flatMap((one) => one?.batch ?? [])]);
}

function hasAnswers(batch: string, { journal }: Context): boolean {
  return journal.names().includes(batch) && journal.round(batch).answers.length > 0;
}
