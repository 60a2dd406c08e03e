import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../log.ts';
import { errorCode, isPastEditing, isRefusal, waitAskedMs } from './refusals.ts';

/**
 * Slack takes 50 edits a minute. A few may go at once, so that somebody who clicks fast sees each next image at once;
 * after that one in 1.45 s: 6 + 60 / 1.45 = 47 in the worst minute.
 * @see https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
 */
const gapMs = 1_450;
const atOnce = 6;
const attempts = 5;

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

/** The rate of edits, which is one for a whole app. */
export type EditPace = {
  /** Resolves when the next edit may go out; in the order of asking. */
  turn(): Promise<void>;
  /** No call was made of it. */
  giveBack(): void;
};

/** With the whole allowance left. */
export function openEditPace(): EditPace {
  /** When the next edit would be due if all had been sent evenly; ahead of the clock by what was sent early. */
  let dueMs = 0;
  let last = Promise.resolve();
  async function due(): Promise<void> {
    for (;;) {
      const waitMs = dueMs - (atOnce - 1) * gapMs - performance.now();
      if (waitMs <= 0) break;
      await sleep(waitMs);
    }
    dueMs = Math.max(dueMs, performance.now()) + gapMs;
  }
  return {
    turn() {
      last = last.then(due);
      return last;
    },
    giveBack() {
      dueMs -= gapMs;
    },
  };
}

/** `pace`: of the app, where several tasks edit their messages. */
export function openEdits(log: Log, pace: EditPace = openEditPace()): Edits {
  const newest = new Map<string, () => Promise<boolean>>();
  const running = new Map<string, Promise<void>>();

  async function run(message: string): Promise<void> {
    for (;;) {
      if (newest.has(message)) await pace.turn();
      const send = newest.get(message);
      if (send === undefined) {
        // In the same breath as the look, or a state pushed in between would wait for nobody.
        running.delete(message);
        return;
      }
      newest.delete(message);
      if (!(await sendOrReplace(message, send))) pace.giveBack();
    }
  }

  /** A failed edit is tried again, unless a newer state has come to replace it. False when no call was made. */
  async function sendOrReplace(message: string, send: () => Promise<boolean>): Promise<boolean> {
    for (let failures = 0; failures < attempts; ) {
      try {
        return await send();
      } catch (error) {
        const waitMs = waitAskedMs(error);
        tell(log, message, error);
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

/** People delete messages: that is not a failure, and what should stand there is posted anew by whoever finds it gone. */
function tell(log: Log, message: string, error: unknown): void {
  if (isPastEditing(error)) log('message gone', { message, found: errorCode(error) });
  else log('message not edited', { message, error: String(error) });
}
