import type { Fact } from '../../round/facts.ts';
import type { Context } from '../context.ts';
import { MessageRefused } from '../going-on/obstacle.ts';
import type { NewFact } from '../journal.ts';
import type { Message, Posted } from '../people.ts';

/**
 * Posts a message, with a fact before and one after: after a crash in between, the next attempt knows that it may have
 * arrived.
 */
async function post(message: Message, round: string, { journal, channel }: Context): Promise<void> {
  const { key } = message;
  const attempt = attemptsAt(journal.facts(round), key);
  const before: NewFact = { kind: 'posting', key: `posting:${key}:${attempt}`, message: key };
  const perhapsPosted = !(await journal.record(round, before));
  const under =
    message.kind === 'notice' && message.under !== undefined ? placeOf(message.under, round, { journal }) : undefined;
  const posted = await channel.post(message, { perhapsPosted, under });
  // What was found may say what was so then.
  if (perhapsPosted) channel.edit(posted, message);
  const place = { channel: posted.channel, ts: posted.ts };
  await journal.record(round, { kind: 'posted', key: `posted:${key}:${attempt}`, message: key, ...place });
}

/**
 * A message that is already there is edited. One that is refused as it stands is tried again later, and false then says
 * that it is not there.
 */
export async function show(message: Message, round: string, context: Context): Promise<boolean> {
  const posted = placeOf(message.key, round, context);
  if (posted && !context.channel.isGone(posted)) {
    context.channel.edit(posted, message);
    return true;
  }
  const effort = {
    round,
    name: `post:${message.key}`,
    trouble: (problem: string) => ({ kind: 'message' as const, batch: round, problem }),
    isLasting: (error: unknown) => error instanceof MessageRefused,
  };
  return context.attempts.attempt(effort, () => post(message, round, context));
}

/** Where a message stands, if it was posted. */
function placeOf(message: string, round: string, { journal }: Pick<Context, 'journal'>): Posted | undefined {
  const posted = journal.facts(round).findLast((fact) => fact.kind === 'posted' && fact.message === message);
  return posted?.kind === 'posted' ? { channel: posted.channel, ts: posted.ts } : undefined;
}

/** 1 for a message that was never posted, one more for each time it was and then deleted. */
function attemptsAt(facts: readonly Fact[], message: string): number {
  return facts.filter((fact) => fact.kind === 'posted' && fact.message === message).length + 1;
}
