import type { Fact, Result } from '../round/facts.ts';
import { cardQuestion, className, type Round } from '../round/round.ts';
import type { Context } from './context.ts';
import type { CurrentRound } from './current-round.ts';
import type { NewFact } from './journal.ts';
import { cardKey, resultKey } from './message-keys.ts';
import type { Announcement, Arriving, Card, Deployed, Leaderboard, Message } from './people.ts';
import { shownQuestion } from './question.ts';
import { leaderboardNow, progressOf } from './status.ts';

/** Brings the card up to date; the next batch is named on it where people wait for that long enough to wonder. */
export async function showCard(current: CurrentRound, context: Context, arriving?: Arriving): Promise<void> {
  const round = context.journal.round(current.batch.name);
  const card = cardOf(current, round, context.now());
  const message = { kind: 'card' as const, key: cardKey(card.batch), card: { ...card, ...(arriving && { arriving }) } };
  await show(message, round, context);
}

/** Brings the announcements up to date, in the order in which things happened. */
export async function showResults(current: CurrentRound, context: Context): Promise<void> {
  const { name } = current.batch;
  const round = context.journal.round(name);
  for (const { result } of round.results) {
    const { number } = result;
    const key = resultKey(name, number);
    const isWithdrawn = round.withdrawnBy.has(number);
    // Withdrawn before anybody heard of it.
    if (isWithdrawn && !round.deployed.has(number) && !round.posted.has(key)) continue;
    // A posted result changes once more at most: when it is withdrawn.
    if (round.posted.has(key) && (!isWithdrawn || current.markedWithdrawn.has(number))) continue;
    if (isWithdrawn) current.markedWithdrawn.add(number);
    const leaderboard = await leaderboardNow(current, round, context);
    const previous = context.journal.deployedBefore(name, result);
    await show(
      { kind: 'result', key, announcement: announcementOf(round, result, leaderboard, previous) },
      round,
      context,
    );
  }
}

/**
 * Posts a message, with a fact before and one after: after a crash in between, the next attempt knows that it may have
 * arrived.
 */
export async function post(message: Message, round: string, { journal, channel }: Context): Promise<void> {
  const { key } = message;
  const attempt = attemptsAt(journal.facts(round), key);
  const before: NewFact = { kind: 'posting', key: `posting:${key}:${attempt}`, message: key };
  const perhapsPosted = !(await journal.record(round, before));
  const posted = await channel.post(message, { perhapsPosted });
  // What was found may say what was so then.
  if (perhapsPosted) channel.edit(posted, message);
  const place = { channel: posted.channel, ts: posted.ts };
  await journal.record(round, { kind: 'posted', key: `posted:${key}:${attempt}`, message: key, ...place });
}

/** A message that is already there is edited. */
async function show(message: Message, round: Round, context: Context): Promise<void> {
  const posted = round.posted.get(message.key);
  if (posted && !context.channel.isGone(posted)) context.channel.edit(posted, message);
  else await post(message, round.opened.batch, context);
}

/** 1 for a message that was never posted, one more for each time it was and then deleted. */
function attemptsAt(facts: readonly Fact[], message: string): number {
  return facts.filter((fact) => fact.kind === 'posted' && fact.message === message).length + 1;
}

/** The card as it should stand now. */
function cardOf(current: CurrentRound, round: Round, now: Date): Card {
  const { batch, classes, leftOut, setAside } = round.opened;
  // A second opinion must not be led by the first.
  const last = round.opened.rules.opinions > 1 ? undefined : round.answers.at(-1);
  return {
    batch,
    classes,
    progress: progressOf(round),
    ...(last && { lastAnswer: { annotator: last.annotator, class: className(round, last.class) } }),
    warnings: [...leftOut, ...setAside].map(({ name, reason }) => `${name}: ${reason}`),
    now: stateOf(current, round, now),
  };
}

function stateOf(current: CurrentRound, round: Round, now: Date): Card['now'] {
  if (round.result) return { kind: 'finished', result: round.result };
  if (round.pausedBy !== undefined) return { kind: 'paused', by: round.pausedBy };
  const question = cardQuestion(round, now);
  return question ? { kind: 'asking', question: shownQuestion(current, question) } : { kind: 'all taken' };
}

function announcementOf(
  round: Round,
  result: Result,
  leaderboard: Leaderboard,
  previous: Deployed | undefined,
): Announcement {
  const withdrawnBy = round.withdrawnBy.get(result.number);
  return {
    batch: round.opened.batch,
    result,
    ...(withdrawnBy !== undefined && { withdrawnBy }),
    ...(previous && { previous: { batch: previous.batch, model: previous.result.model } }),
    leaderboard,
  };
}
