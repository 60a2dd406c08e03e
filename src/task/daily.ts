import type { Context } from './context.ts';
import type { Journal } from './journal.ts';
import { digestKey, isDigest } from './message-keys.ts';
import { post } from './messages.ts';
import type { Digest } from './people.ts';
import { progressOf } from './status.ts';

/** Posts the announcement of this local date, once, whichever round is the newest when it is asked for again. */
export async function announceDay(date: string, context: Context): Promise<true> {
  const { journal } = context;
  const newest = journal.newest();
  if (newest === undefined) return true;
  const key = digestKey(date);
  const keptIn = journal.names().find((name) => mentions(journal, name, key)) ?? newest;
  if (journal.round(keptIn).posted.has(key)) return true;
  const digest = digestOf(date, newest, journal);
  if (digest) await post({ kind: 'digest', key, digest }, keptIn, context);
  return true;
}

/** `undefined` on a day without a new winner or an open round, which stays silent. */
function digestOf(date: string, newest: string, journal: Journal): Digest | undefined {
  const round = journal.round(newest);
  const saidAt = lastSaidAt(journal);
  const deployed = journal.deployments();
  const wasSaid = ({ at }: { at: string }) => saidAt !== undefined && at <= saidAt;
  const [now] = deployed;
  const before = saidAt === undefined ? deployed[1] : deployed.find(wasSaid);
  const isOpen = !round.result;
  if (!isOpen && (!now || wasSaid(now))) return undefined;
  return {
    date,
    ...(now && { deployed: now }),
    ...(before && { previous: before }),
    round: { batch: newest, progress: progressOf(round), isOpen },
  };
}

function mentions(journal: Journal, round: string, message: string): boolean {
  return journal.facts(round).some((fact) => fact.kind === 'posting' && fact.message === message);
}

/** When the last announcement was made, so that each says what changed since then, also after a weekend. */
function lastSaidAt(journal: Journal): string | undefined {
  const times = journal
    .names()
    .flatMap((name) => journal.facts(name))
    .flatMap((fact) => (fact.kind === 'posted' && isDigest(fact.message) ? [fact.at] : []));
  return times.sort().at(-1);
}
