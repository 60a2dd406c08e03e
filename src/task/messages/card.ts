import { className, type Round } from '../../round/round.ts';
import { atCard, cardQuestion, notAskedAgain } from '../../round/second-look.ts';
import type { Arriving } from '../arrivals.ts';
import { accuracyCheck } from '../checks/accuracy-check.ts';
import type { Context } from '../context.ts';
import type { CurrentRound } from '../current-round.ts';
import type { Card } from '../people.ts';
import { shownQuestion } from '../question.ts';
import { progressOf } from '../status.ts';
import { cardKey } from './keys.ts';
import { show } from './post.ts';

/**
 * Brings the card up to date; the next batch is named on it where people wait for that long enough to wonder. The card of
 * an older round is never posted anew, as it would stand below the newest.
 */
export async function showCard(
  current: CurrentRound,
  context: Context,
  {
    newerBatch,
    arriving,
    isOlder = false,
  }: { readonly newerBatch: boolean; readonly arriving?: Arriving; readonly isOlder?: boolean },
): Promise<void> {
  const round = context.journal.round(current.batch.name);
  const posted = round.posted.get(cardKey(current.batch.name));
  if (isOlder && (!posted || context.channel.isGone(posted))) return;
  const card = cardOf(current, round, context.now(), newerBatch);
  const message = { kind: 'card' as const, key: cardKey(card.batch), card: { ...card, ...(arriving && { arriving }) } };
  await show(message, card.batch, context);
}

/** The card as it should stand now. */
function cardOf(current: CurrentRound, round: Round, now: Date, newerBatch: boolean): Card {
  const { batch, at: openedAt, classes, leftOut, setAside } = round.opened;
  // A second opinion must not be led by the first.
  const stands = ({ key }: { readonly key: string }) => !round.undone.has(key);
  const last = round.opened.rules.opinions > 1 ? undefined : round.given.findLast(stands);
  return {
    batch,
    classes,
    openedAt,
    progress: progressOf(round, current.view),
    ...(last && { lastAnswer: { annotator: last.annotator, class: className(round, last.class) } }),
    warnings: [...leftOut, ...setAside].map(({ name, reason }) => `${name}: ${reason}`),
    now: stateOf(current, round, now, newerBatch),
  };
}

function stateOf(current: CurrentRound, round: Round, now: Date, newerBatch: boolean): Card['now'] {
  const check = accuracyCheck(round);
  const question = cardQuestion(round, now, atCard(round, now, current.refused));
  if (round.result && (newerBatch || (!check && !question))) return { kind: 'finished', result: round.result };
  if (round.pausedBy !== undefined) return { kind: 'paused', by: round.pausedBy };
  if (!question) return { kind: 'all taken' };
  const notFor = notAskedAgain(round, question.image);
  const about = { ...(notFor.length > 0 && { notFor }), ...(check && question.measures !== undefined && { check }) };
  return { kind: 'asking', question: shownQuestion(current, question), ...about };
}
