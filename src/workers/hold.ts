import type { Log } from '../log.ts';
import { isOpen } from '../store/postgres/work/runs.ts';
import { doPart, type Hands, type KnownRun } from './do-part.ts';
import { Unreachable } from './lasting.ts';
import { HEARTBEAT_SECONDS, type TakenPart } from './queue.ts';

/** How often a worker says that it is there, and still at its part. */
export const BEAT_MS = (HEARTBEAT_SECONDS * 1000) / 3;

/**
 * Does a part and says all the while that it is being done. One that is not this worker's any more, or of a run that has
 * ended, is dropped; one that does not work, or is cut short by `stop`, is given back.
 *
 * @throws Unreachable
 */
export async function holdPart(
  part: TakenPart,
  run: KnownRun,
  { log, stop, ...hands }: Omit<Hands, 'signal'> & { readonly log: Log; readonly stop: AbortSignal },
): Promise<void> {
  const { pool, queue, ask } = hands;
  const dropped = new AbortController();
  const beat = setInterval(async () => {
    // While the database is away, the work goes on.
    const isOurs = await queue.beat(part).catch(() => true);
    const isWanted = await isOpen(pool, run.id).catch(() => true);
    if (!isOurs || !isWanted) dropped.abort();
  }, BEAT_MS);
  try {
    log('running a part', { ...part.data });
    await doPart(part, run, { ...hands, signal: AbortSignal.any([stop, dropped.signal]) });
    if (dropped.signal.aborted) await dropIfOver(part, hands);
    else if (stop.aborted) await ask(() => queue.giveBack(part, 'the worker was stopped'));
    else log('part done', { ...part.data });
  } catch (error) {
    if (error instanceof Unreachable) throw error;
    const { message } = error as Error;
    log('part not done, will be tried again', { ...part.data, error: message });
    await ask(() => queue.giveBack(part, `${hands.worker}: ${message}`));
  } finally {
    clearInterval(beat);
  }
}

/** A part of a run that has ended goes from the queue; of one that is open, somebody else has it, or has to see its files first. */
export async function dropIfOver(part: TakenPart, { pool, queue, ask }: Pick<Hands, 'pool' | 'queue' | 'ask'>) {
  const isWanted = await ask(() => isOpen(pool, part.data.run));
  if (isWanted) await ask(() => queue.giveBack(part, 'its run is not known here yet'));
  else await ask(() => queue.complete(part, pool));
}
