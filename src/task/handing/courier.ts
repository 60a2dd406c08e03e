import type { Log } from '../../log.ts';
import type { Attempts, Effort } from '../going-on/attempts.ts';

/** One thing that a courier has to get done before the next. */
export type Errand = { readonly effort: Effort; readonly work: () => Promise<void> };

/** Does errands one after the other, beside everything else; one that fails is tried again until it is done. */
export type Courier = {
  /** There may be something to do. */
  poke(): void;
  /** Resolves when nothing is being done; what failed waits for its next try. */
  idle(): Promise<void>;
  close(): void;
};

/**
 * @param next the errand that is due; undefined when none is.
 * @param onDone called after each that was done or has failed.
 */
export function openCourier(
  next: () => Promise<Errand | undefined>,
  attempts: Attempts,
  log: Log,
  onDone: () => void,
): Courier {
  let running: Promise<void> | undefined;
  let isPoked = false;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  async function goOn(): Promise<void> {
    while (isPoked && !isClosed) {
      isPoked = false;
      clearTimeout(timer);
      for (let errand = await next(); errand && !isClosed; errand = await next()) {
        const { effort, work } = errand;
        // What a stop has called off is not a failure that anybody has to hear of.
        const isLasting = () => !isClosed;
        const isDue = attempts.waitMs(effort.name) === 0;
        const isDone = isDue && (await attempts.attempt({ ...effort, isLasting }, work));
        if (isDue) onDone();
        if (isDone) continue;
        timer = setTimeout(poke, attempts.waitMs(effort.name) + 1).unref();
        break;
      }
    }
  }

  function poke(): void {
    isPoked = true;
    running ??= goOn()
      .catch((error: unknown) => {
        if (!isClosed) log('a step failed, will try again', { step: 'hand-over', error: String(error) });
      })
      .finally(() => {
        running = undefined;
        if (isPoked && !isClosed) poke();
      });
  }

  return {
    poke,
    idle: async () => {
      while (running) await running;
    },
    close: () => {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
