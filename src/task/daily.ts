import type { Fact } from '../round/facts.ts';
import { roundOf } from '../round/round.ts';
import type { Store } from '../store/store.ts';
import { deployments, post, type Surroundings } from './advance.ts';
import type { Digest } from './people.ts';
import { progressOf } from './show.ts';

/** Posts the announcement of this local date, once, whichever round is the newest when it is asked for again. */
export async function announceDay(date: string, around: Surroundings): Promise<true> {
  const { store } = around;
  const newest = store.rounds().at(-1);
  const round = newest === undefined ? undefined : roundOf(store.facts(newest));
  if (newest === undefined || !round) return true;
  const key = keyOf(date);
  const begunIn = store.rounds().find((name) => mentions(store, name, key));
  const keptIn = begunIn ?? newest;
  if (roundOf(store.facts(keptIn))!.posted.has(key)) return true;
  const saidAt = lastSaidAt(store);
  const deployed = deployments(store);
  const wasSaid = ({ at }: { at: string }) => saidAt !== undefined && at <= saidAt;
  const [now] = deployed;
  const before = saidAt === undefined ? deployed[1] : deployed.find(wasSaid);
  const isOpen = !round.result;
  // A day without a new winner or an open round stays silent.
  if (!isOpen && (!now || wasSaid(now))) return true;
  const digest: Digest = {
    date,
    ...(now && { deployed: now }),
    ...(before && { previous: before }),
    round: { batch: newest, progress: progressOf(round), isOpen },
  };
  await post(around, keptIn, { kind: 'digest', key, digest });
  return true;
}

function keyOf(date: string): string {
  return `${date}:digest`;
}

function mentions(store: Store, round: string, message: string): boolean {
  return store.facts(round).some((fact) => fact.kind === 'posting' && fact.message === message);
}

/** When the last announcement was made, so that each says what changed since then, also after a weekend. */
function lastSaidAt(store: Store): string | undefined {
  const isDigest = (fact: Fact) => fact.kind === 'posted' && fact.message.endsWith(keyOf(''));
  const times = store.rounds().flatMap((name) =>
    store
      .facts(name)
      .filter(isDigest)
      .map(({ at }) => at),
  );
  return times.sort().at(-1);
}
