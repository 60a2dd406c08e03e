import { nextStep, type Step } from '../round/next-step.ts';
import type { Round } from '../round/round.ts';
import type { View } from '../round/view.ts';
import { whyStep } from '../round/why-step.ts';
import type { Context } from './context.ts';
import type { CurrentRound } from './current-round.ts';
import { showResults } from './messages/announcements.ts';
import { showCard } from './messages/card.ts';
import { retractDigests } from './messages/digest.ts';
import { showNotices } from './messages/notices.ts';
import type { Arriving } from './people.ts';
import { isPrepared, leaseFor, nextImage, refreshView } from './question.ts';

/** Above this many predictions a step of the method takes long enough to be felt; then people go first. */
const HEAVY_CELLS = 1_000_000;

/** What is coming: whether the next batch is ready to open its round, or how far the models are with it. */
export type Coming = { readonly newerBatch: boolean; readonly arriving?: Arriving };

/**
 * Takes every step that is due in a round, then brings what people see up to date. Killed anywhere, the next call goes
 * on from the facts.
 */
export async function advanceRound(current: CurrentRound, context: Context, coming: Coming): Promise<void> {
  if (current.view && isHeavy(current)) await askFromLastView(current, current.view, context, coming);
  for (;;) {
    const round = context.journal.round(current.batch.name);
    const view = await refreshView(current, round, context);
    const step = choose(current, round, view, context, coming.newerBatch);
    if (step.kind === 'wait' || step.kind === 'rest') return show(current, view, context, coming);
    await perform(step, current, context);
  }
}

function choose(current: CurrentRound, round: Round, view: View, context: Context, newerBatch: boolean): Step {
  const now = context.now();
  const present = context.journal.present();
  const step = nextStep(round, view, now, { newerBatch, isPrepared: isPrepared(current, context), present });
  context.debug?.('step', { round: current.batch.name, ...whyStep(step, round, view, now) });
  return step;
}

/** One fact. */
async function perform(
  step: Extract<Step, { kind: 'finish' | 'deploy' | 'ask' }>,
  { batch: { name } }: CurrentRound,
  { journal, now }: Context,
): Promise<void> {
  if (step.kind === 'ask') {
    const { id: key, image, askedOf } = step;
    await journal.record(name, { kind: 'question', key, image, askedOf, ...leaseFor(askedOf, now()) });
    return;
  }
  const { number } = step.result;
  if (step.kind === 'finish') {
    await journal.record(name, { kind: 'result', key: `result:${number}`, result: step.result });
  } else {
    await journal.record(name, { kind: 'deployment', key: `deployment:${number}`, result: number });
  }
}

/** What people see and what serves follow the facts. */
async function show(current: CurrentRound, view: View, context: Context, { arriving }: Coming): Promise<void> {
  await showCard(current, context, arriving);
  await handOver(current, context);
  await showResults(current, context);
  const round = context.journal.round(current.batch.name);
  await showNotices(round, view, context);
  await retractDigests(current, round, context);
}

/** The winner serves before anybody is told: after a crash in between it is handed over again. */
async function handOver(current: CurrentRound, { journal, target }: Context): Promise<void> {
  const { batch, handedOver } = current;
  const { results, deployed, withdrawnBy } = journal.round(batch.name);
  const result = results.findLast((one) => deployed.has(one.result.number))?.result;
  if (!result) return;
  const by = withdrawnBy.get(result.number);
  const isWithdrawn = by !== undefined;
  if (handedOver?.result === result.number && handedOver.isWithdrawn === isWithdrawn) return;
  const { file, sha256 } = current.predicted.models.find(({ name }) => name === result.model)!;
  const winner = { batch: batch.name, result, sha256, ...(file !== undefined && { model: file }) };
  await target.handOver({ ...winner, ...(isWithdrawn && { withdrawnBy: by }) });
  current.handedOver = { result: result.number, isWithdrawn };
}

/** On a big batch the click's question comes from the images chosen before it; the method catches up behind. */
async function askFromLastView(current: CurrentRound, last: View, context: Context, coming: Coming): Promise<void> {
  const round = context.journal.round(current.batch.name);
  const image = nextImage(current, round, context);
  // What ends the round must come from all the clicks.
  if (image === undefined || last.cannotTell) return;
  const step = choose(current, round, { ...last, sure: undefined, next: [image] }, context, false);
  if (step.kind !== 'ask') return;
  await perform(step, current, context);
  await show(current, last, context, coming);
}

function isHeavy({ predicted: { predictions } }: CurrentRound): boolean {
  return predictions.images * predictions.models > HEAVY_CELLS;
}
