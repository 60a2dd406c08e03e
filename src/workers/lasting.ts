import { setTimeout as sleep } from 'node:timers/promises';
import { isRefusal } from '../store/postgres/connection.ts';

/** The database could not be reached for longer than anybody waits for it. */
export class Unreachable extends Error {}

/** How soon a line that broke is tried again. */
const AGAIN_MS = 500;

/**
 * Asks again for as long as the database cannot be reached, `patienceMs` at most. What it refuses is thrown at once.
 *
 * @throws Unreachable, or the reason of the signal.
 */
export async function lasting<Found>(
  ask: () => Promise<Found>,
  patienceMs: number,
  signal?: AbortSignal,
): Promise<Found> {
  const sinceMs = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      if (isRefusal(error)) throw error;
      const lastedMs = performance.now() - sinceMs;
      if (lastedMs > patienceMs) {
        const seconds = Math.round(lastedMs / 1000);
        throw new Unreachable(`The database could not be reached for ${seconds} s (${(error as Error).message}).`, {
          cause: error,
        });
      }
      await sleep(AGAIN_MS);
    }
  }
}
