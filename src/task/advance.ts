import { nextStep, type Step } from '../round/next-step.ts';
import type { Round } from '../round/round.ts';
import { atCard } from '../round/second-look.ts';
import type { View } from '../round/view.ts';
import { whyStep } from '../round/why-step.ts';
import type { Arriving } from './arrivals.ts';
import { recordMeasured } from './checks/measuring.ts';
import type { Context } from './context.ts';
import type { CurrentRound } from './current-round.ts';
import { accuracyDrift } from './days/drift.ts';
import { deploy } from './going-on/hand-over.ts';
import { showResults } from './messages/announcements.ts';
import { showCard } from './messages/card.ts';
import { retractDigests } from './messages/digest.ts';
import { showNotices } from './messages/notices.ts';
import { isPrepared, leaseFor, nextImage, refreshView } from './question.ts';

/** Above this many predictions a step of the method takes long enough to be felt; then people go first. */
const HEAVY_CELLS = 1_000_000;

/** How often in a row somebody may click while the method thinks before everything else that may be due is looked at again. */
const OVERTAKEN_MOST = 5;

/** What is coming: whether the next batch is ready to open its round, or how far the models are with it. */
export type Coming = {
  readonly newerBatch: boolean;
  readonly arriving?: Arriving;
  /** Its round has opened already. */
  readonly isOlder?: boolean;
};

/**
 * Takes every step that is due in a round, then brings what people see up to date. Killed anywhere, the next call goes
 * on from the facts. False where people clicked all the while: then call again.
 *
 * People wait for the method only where what it said last would end labeling: that must come from all they said.
 */
export async function advanceRound(current: CurrentRound, context: Context, coming: Coming): Promise<boolean> {
  const { name } = current.batch;
  const { journal } = context;
  if (current.view && isHeavy(current) && (await askFrom(current.view, current, context)))
    await showCard(current, context, coming);
  let mayBeOvertaken = true;
  // A hand-over that does not work yet holds up nothing else.
  for (let [deploys, overtaken] = [true, 0]; ; ) {
    const facts = journal.facts(name);
    const round = journal.round(name);
    const view = await think(current, round, mayBeOvertaken ? context : { ...context, aside: atOnce });
    if (journal.facts(name) !== facts) {
      overtaken += 1;
      const isLong = overtaken >= OVERTAKEN_MOST;
      // A result is announced before long, too.
      const mustSettle = isLong && journal.round(name).result !== undefined;
      mayBeOvertaken = !mustSettle && !mayEnd(current, view, context, { ...coming, deploys });
      await askFrom(view, current, context);
      // Results wait for their next step: a winner is put in place before anybody is told of it.
      await showCard(current, context, coming);
      if (isLong && mayBeOvertaken) {
        await show(current, view, context, coming);
        return false;
      }
      continue;
    }
    mayBeOvertaken = true;
    const step = choose(current, round, view, context, { ...coming, deploys });
    if (step.kind === 'wait' || step.kind === 'rest') {
      await show(current, view, context, coming);
      return true;
    }
    if (!(await perform(step, current, context))) deploys = false;
  }
}

/** Whether labeling would end by what the method made of what people said before their newest clicks. */
function mayEnd(current: CurrentRound, view: View, context: Context, due: DueNow): boolean {
  const { kind } = stepOf(current, context.journal.round(current.batch.name), view, context, due);
  return kind !== 'ask' && kind !== 'wait' && kind !== 'rest';
}

function atOnce<T>(work: () => Promise<T>): Promise<T> {
  return work();
}

/** A method that does not work leaves everything as it was, and admins hear of it. */
function think(current: CurrentRound, round: Round, context: Context): Promise<View> {
  const { name: batch } = current.batch;
  const trouble = (problem: string) => ({ kind: 'method' as const, batch, problem });
  const effort = { round: batch, name: `${batch}:method`, trouble };
  return context.attempts.watch(effort, () => context.aside(() => refreshView(current, round, context)));
}

/** `deploys`: false where the winner could not be handed over just now. */
type DueNow = Pick<Coming, 'newerBatch'> & { readonly deploys?: boolean };

function choose(current: CurrentRound, round: Round, view: View, context: Context, due: DueNow): Step {
  const step = stepOf(current, round, view, context, due);
  context.debug?.('step', { round: current.batch.name, ...whyStep(step, round, view, context.now()) });
  return step;
}

function stepOf(
  current: CurrentRound,
  round: Round,
  view: View,
  context: Context,
  { newerBatch, deploys = true }: DueNow,
): Step {
  const now = context.now();
  const present = context.journal.present();
  const options = { newerBatch, deploys, isPrepared: isPrepared(current, context), present };
  return nextStep(round, view, now, { ...options, atCard: atCard(round, now, current.refused) });
}

/** One fact, and its effect before it; false when a hand-over does not work yet: it is tried again later. */
async function perform(
  step: Exclude<Step, { kind: 'wait' | 'rest' }>,
  current: CurrentRound,
  context: Context,
): Promise<boolean> {
  const { journal, now } = context;
  const { name } = current.batch;
  if (step.kind === 'deploy') return deploy(current, step.result, context);
  if (step.kind === 'ask') {
    const { id: key, image, askedOf, measures, again } = step;
    const beside = { ...(measures !== undefined && { measures }), ...(again !== undefined && { again }) };
    const about = { image, askedOf, ...beside };
    await journal.record(name, { kind: 'question', key, ...about, ...leaseFor(askedOf, now()) });
  } else if (step.kind === 'measure') {
    await recordMeasured(step, current, context);
  } else {
    const { result } = step;
    const fact = { kind: 'result' as const, key: `result:${result.number}`, result };
    await journal.record(name, fact, ...accuracyDrift(name, result, undefined, journal));
  }
  return true;
}

/** What people see follows the facts; what cannot be shown does not hold up the rest. */
async function show(current: CurrentRound, view: View, context: Context, coming: Coming): Promise<void> {
  const failures: unknown[] = [];
  const round = context.journal.round(current.batch.name);
  const parts = [
    () => showCard(current, context, coming),
    () => showResults(current, context),
    () => showNotices(round, view, context, coming),
    () => retractDigests(current, round, context),
  ];
  for (const part of parts) await part().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

/** The next question comes from images that were chosen before the newest click: false where none is asked. */
async function askFrom(last: View, current: CurrentRound, context: Context): Promise<boolean> {
  const round = context.journal.round(current.batch.name);
  const image = nextImage(current, round, context, atCard(round, context.now(), current.refused));
  // What ends the round must come from all the clicks.
  if (image === undefined || last.cannotTell) return false;
  const step = choose(current, round, { ...last, sure: undefined, next: [image] }, context, { newerBatch: false });
  return step.kind === 'ask' && perform(step, current, context);
}

function isHeavy({ predicted: { predictions } }: CurrentRound): boolean {
  return predictions.images * predictions.models > HEAVY_CELLS;
}
