import type { PoolQueue } from '../../predictions/pool-queue.ts';
import type { Source } from '../../predictions/source.ts';
import type { Store } from '../../store/store.ts';
import { readJournal } from '../journal.ts';

/** Its models run when no other task's do; first those whose people have waited longest. */
export function inTurnWithOthers(source: Source, store: Store, pools: PoolQueue): Source {
  const journal = readJournal(store);
  const waitingSinceMs = () => {
    const newest = journal.newest();
    const round = newest === undefined ? undefined : journal.round(newest);
    if (round === undefined) return 0;
    return round.result ? Date.parse(round.results.at(-1)!.at) : Number.POSITIVE_INFINITY;
  };
  return { ...source, predict: (...wanted) => pools.run(waitingSinceMs, () => source.predict(...wanted)) };
}
