import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../log.ts';
import { keepNewest } from './forget-oldest.ts';
import { isRefusal, waitAskedMs } from './refusals.ts';

/**
 * Slack takes 50 edits a minute. A few may go at once, so that somebody who clicks fast sees each next image at once;
 * after that one in 1.45 s: 6 + 60 / 1.45 = 47 in the worst minute.
 * @see https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
 */
const gapMs = 1_450;
const atOnce = 6;
const attempts = 5;
/** Far more than can be edited within the minute that counts. */
const timedMax = 200;

/** Edits of posted messages, where only the newest state of each message matters. */
export type Edits = {
  /**
   * Sends this state of the message, at once or as soon as Slack's rate allows, unless a newer one comes first. `send`
   * says whether it made a call: what stands there already costs nothing of the allowance.
   */
  push(message: string, send: () => Promise<boolean>): void;
  /** Resolves when nothing waits to be sent. */
  settled(): Promise<void>;
};

export function openEdits(log: Log): Edits {
  const newest = new Map<string, () => Promise<boolean>>();
  const running = new Map<string, Promise<void>>();
  /** When each message would be due if its edits had been sent evenly; ahead of the clock by what was sent early. */
  const dueAt = new Map<string, number>();

  async function run(message: string): Promise<void> {
    for (;;) {
      const waitMs = (dueAt.get(message) ?? 0) - (atOnce - 1) * gapMs - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      const send = newest.get(message);
      if (send === undefined) {
        // In the same breath as the look, or a state pushed in between would wait for nobody.
        running.delete(message);
        return;
      }
      newest.delete(message);
      const due = Math.max(dueAt.get(message) ?? 0, performance.now());
      keepNewest(dueAt, message, due + gapMs, timedMax);
      if (!(await sendOrReplace(message, send))) keepNewest(dueAt, message, due, timedMax);
    }
  }

  /** A failed edit is tried again, unless a newer state has come to replace it. False when no call was made. */
  async function sendOrReplace(message: string, send: () => Promise<boolean>): Promise<boolean> {
    for (let failures = 0; failures < attempts; ) {
      try {
        return await send();
      } catch (error) {
        const waitMs = waitAskedMs(error);
        log('message not edited', { message, error: String(error) });
        if (isRefusal(error)) return true;
        if (waitMs === undefined) failures += 1;
        await sleep(waitMs ?? 500 * 2 ** failures);
        if (newest.has(message)) return true;
      }
    }
    return true;
  }

  return {
    push(message, send) {
      newest.set(message, send);
      if (running.has(message)) return;
      running.set(message, run(message));
    },
    async settled() {
      while (running.size > 0) await Promise.all(running.values());
    },
  };
}
