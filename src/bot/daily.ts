import type { Digest } from '../channel.ts';
import { roundOf } from '../core/round.ts';
import type { Store } from '../store/store.ts';
import { deployments, post, type Surroundings } from './advance.ts';
import { progressOf } from './show.ts';

const DAY_MS = 24 * 3_600_000;

/** Posts the announcement of this local date, once, whichever round is the newest when it is asked for again. */
export async function announceDay(date: string, around: Surroundings): Promise<void> {
  const { store, now } = around;
  const newest = store.rounds().at(-1);
  const round = newest === undefined ? undefined : roundOf(store.facts(newest));
  if (newest === undefined || !round) return;
  const key = `${date}:digest`;
  const begunIn = store.rounds().find((name) => mentions(store, name, key));
  const keptIn = begunIn ?? newest;
  if (roundOf(store.facts(keptIn))!.posted.has(key)) return;
  const [deployed, previous] = deployments(store);
  const isOpen = !round.result;
  // Yesterday's news is no news: a day without a new winner or an open round stays silent.
  const hasNews = deployed !== undefined && now().getTime() - new Date(deployed.at).getTime() < DAY_MS;
  if (!isOpen && !hasNews) return;
  const digest: Digest = {
    date,
    ...(deployed && { deployed }),
    ...(previous && { previous }),
    round: { batch: newest, progress: progressOf(round), isOpen },
  };
  await post(around, keptIn, { kind: 'digest', key, digest });
}

function mentions(store: Store, round: string, message: string): boolean {
  return store.facts(round).some((fact) => fact.kind === 'posting' && fact.message === message);
}
