import { driftsIn } from '../../round/drift.ts';
import { shareOfServed } from '../../round/model-share.ts';
import type { Round } from '../../round/round.ts';
import type { Context } from '../context.ts';
import type { CurrentRound } from '../current-round.ts';
import type { Reading } from '../journal.ts';
import type { Digest, Won } from '../people.ts';
import { progressOf } from '../status.ts';
import { dateOf, digestKey, isDigest } from './keys.ts';
import { show } from './post.ts';

/** More rounds than open between two daily announcements: what one of them says is looked for no further back. */
const ROUNDS_A_DAY = 100;

/**
 * Posts the announcement of this local date, once, whichever round is the newest when it is asked for again. False when
 * it is refused as it is: then it is tried again later.
 */
export async function announceDay(date: string, context: Context): Promise<boolean> {
  if (context.results) return context.results.announceDay(date);
  const { journal } = context;
  const newest = journal.newest();
  if (newest === undefined) return true;
  const key = digestKey(date);
  const keptIn = keptWith(date, journal) ?? newest;
  if (journal.round(keptIn).posted.has(key)) return true;
  const digest = digestOf(date, newest, journal);
  return digest === undefined || show({ kind: 'digest', key, digest }, keptIn, context);
}

/** The round with whose facts the announcement of this date is kept, once somebody began to make it. */
export function keptWith(date: string, journal: Reading): string | undefined {
  const key = digestKey(date);
  return journal
    .names()
    .slice(-ROUNDS_A_DAY)
    .findLast((name) => journal.facts(name).some((fact) => fact.kind === 'posting' && fact.message === key));
}

/** The daily announcements that named a result of this round say so when it is withdrawn. */
export async function retractDigests(current: CurrentRound, round: Round, context: Context): Promise<void> {
  const { journal } = context;
  const { batch } = round.opened;
  for (const number of round.withdrawnBy.keys()) {
    if (current.retracted.has(number)) continue;
    for (const { keptIn, message, at } of digestsOf(journal, batch)) {
      const digest = digestAt(dateOf(message), batch, journal, at);
      const named = digest.deployed;
      if (named?.batch !== batch || named.result.number !== number) continue;
      if (await context.results?.renew(dateOf(message))) continue;
      await show({ kind: 'digest', key: message, digest }, keptIn, context);
    }
    current.retracted.add(number);
  }
}

/** `undefined` on a day without a new winner or an open round, which stays silent. */
export function digestOf(date: string, newest: string, journal: Reading): Digest | undefined {
  const [said] = digestsOf(journal);
  const digest = digestAt(date, newest, journal);
  const { deployed, round, undecidedAt } = digest;
  const isNews = (at: string | undefined) => at !== undefined && (said === undefined || at > said.at);
  return round.isOpen || isNews(deployed?.at) || isNews(undecidedAt) ? digest : undefined;
}

/** The announcement as of `at`, or of now; each says what changed since the last one, also after a weekend. */
export function digestAt(date: string, newest: string, journal: Reading, at?: string) {
  const isEarlier = (one: { at: string }) => at === undefined || one.at < at;
  const saidAt = digestsOf(journal).find(isEarlier)?.at;
  const [now, second] = journal.deployments().filter(isEarlier);
  const before =
    saidAt === undefined ? second : journal.deployments().find((one) => isEarlier(one) && one.at <= saidAt);
  const round = journal.round(newest);
  const [won, wonBefore] = winnersUntil(newest, journal).filter(isEarlier).take(2);
  const endedAt = round.result?.inseparable && round.results.at(-1)?.at;
  return {
    date,
    ...(now && { deployed: now }),
    ...(before && { previous: before }),
    ...(won?.won.batch === newest && { won: won.won, ...(wonBefore && { wonBefore: wonBefore.won }) }),
    ...driftUntil(newest, journal, isEarlier),
    round: { batch: newest, progress: progressOf(round), isOpen: !round.result },
    ...(endedAt && { undecidedAt: endedAt }),
  } satisfies Digest;
}

/** How the newest batch differs from those before it, as far as it was said by then. */
function driftUntil(
  newest: string,
  journal: Reading,
  isEarlier: (one: { at: string }) => boolean,
): Pick<Digest, 'drift'> {
  const drift = driftsIn(journal.facts(newest).filter(isEarlier)).map((one) => one.drift);
  return drift.length > 0 ? { drift } : {};
}

/** The winners that stand in a round and those before it, newest first. */
function winnersUntil(newest: string, journal: Reading): IteratorObject<{ won: Won; at: string }> {
  const names = journal.names();
  const until = names.slice(0, names.indexOf(newest) + 1).reverse();
  return Iterator.from(until).flatMap((batch) => {
    const { result, results, measured } = journal.round(batch);
    if (!result?.isWinner) return [];
    const seen = measured.get(result.number);
    const served = shareOfServed(result, seen);
    const won = { batch, result, ...(seen && { measured: seen }), ...(served && { served }) };
    return [{ won, at: results.at(-1)!.at }];
  });
}

/**
 * Every daily announcement that was made, or those that may name a result of a batch, newest first, and the round its
 * facts are kept with.
 */
function digestsOf(journal: Reading, batch?: string): IteratorObject<{ keptIn: string; message: string; at: string }> {
  const names = journal.names();
  const from = batch === undefined ? 0 : Math.max(0, names.indexOf(batch) - ROUNDS_A_DAY);
  return Iterator.from(names.slice(from).reverse()).flatMap((keptIn) =>
    journal
      .facts(keptIn)
      .flatMap((fact) =>
        fact.kind === 'posted' && isDigest(fact.message) ? [{ keptIn, message: fact.message, at: fact.at }] : [],
      )
      .reverse(),
  );
}
