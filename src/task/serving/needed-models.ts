import type { Reading } from '../journal.ts';
import { earlierWinners } from './pins.ts';
import { wantedIn } from './served.ts';

/**
 * Whether a hand-over may ask for the file of the model with this SHA-256: one of the newest round's, any of which may win or
 * be pinned, what serves or is to, or an earlier winner that there is to go back to. Before the facts are read every one may.
 */
export function isNeeded(sha256: string, journal: Reading | undefined): boolean {
  if (!journal) return true;
  const newest = journal.newest();
  const pool = newest === undefined ? [] : journal.round(newest).opened.models;
  const served = [...journal.deployments().take(1), ...earlierWinners({ journal }), wantedIn(journal)];
  const models = served.flatMap((one) => {
    const found = one && journal.round(one.batch).opened.models.find(({ name }) => name === one.result.model);
    return found ?? [];
  });
  return [...pool, ...models].some((model) => model.sha256 === sha256);
}
