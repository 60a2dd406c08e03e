import type { Log } from '../log.ts';
import { newestBatch, type Passed } from './batches.ts';
import type { Batch } from './source.ts';

/**
 * Looks for a batch, once `bring` has brought the newest where they come from elsewhere; what lies beside and is not taken is
 * told to the operator once, not every minute.
 */
export function batchFinder(
  batches: string,
  settledMinutes: number,
  now: () => Date,
  log: Log,
  bring?: (now: Date) => Promise<void>,
) {
  let told = new Map<string, string>();
  return async (after?: string, emptied?: (batch: string) => void): Promise<Batch | undefined> => {
    await bring?.(now());
    const passed = new Map<string, string>();
    const pass = ({ name, reason, staysEmpty }: Passed) => {
      passed.set(name, reason);
      if (staysEmpty) emptied?.(name);
    };
    const batch = await newestBatch(batches, settledMinutes * 60_000, now(), { after, pass });
    for (const [name, reason] of passed) if (told.get(name) !== reason) log('not taken for a batch', { name, reason });
    told = passed;
    return batch;
  };
}
