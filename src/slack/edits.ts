import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode, type Log, waitAskedMs } from './clients.ts';

/** Slack takes 50 edits a minute. */
const gapMs = 1_300;
const attempts = 5;

/** Edits of posted messages, where only the newest state of each message matters. */
export type Edits = {
  /** Sends this state of the message, at once or when the last edit is 1.3 s old, unless a newer one comes first. */
  push(message: string, send: () => Promise<void>): void;
  /** Resolves when nothing waits to be sent. */
  settled(): Promise<void>;
};

export function openEdits(log: Log): Edits {
  const newest = new Map<string, () => Promise<void>>();
  const running = new Map<string, Promise<void>>();
  const sentAt = new Map<string, number>();

  async function run(message: string): Promise<void> {
    for (;;) {
      const waitMs = (sentAt.get(message) ?? Number.NEGATIVE_INFINITY) + gapMs - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      const send = newest.get(message);
      if (send === undefined) return;
      newest.delete(message);
      await sendOrReplace(message, send);
      sentAt.set(message, performance.now());
    }
  }

  /** A failed edit is tried again, unless a newer state has come to replace it. */
  async function sendOrReplace(message: string, send: () => Promise<void>): Promise<void> {
    for (let failures = 0; failures < attempts; ) {
      try {
        return await send();
      } catch (error) {
        const waitMs = waitAskedMs(error);
        const code = errorCode(error);
        log('message not edited', { message, error: String(error) });
        // Slack says `invalid_blocks` for a file that it has not finished looking at; nothing else gets better.
        if (code !== undefined && code !== 'invalid_blocks') return;
        if (waitMs === undefined) failures += 1;
        await sleep(waitMs ?? 500 * 2 ** failures);
        if (newest.has(message)) return;
      }
    }
  }

  return {
    push(message, send) {
      newest.set(message, send);
      if (running.has(message)) return;
      const work = run(message).finally(() => running.delete(message));
      running.set(message, work);
    },
    async settled() {
      while (running.size > 0) await Promise.all(running.values());
    },
  };
}
