import type { Log } from '../../log.ts';

/** How many images reach Slack a minute, measured only while more are waiting: a pause says nothing about the rate. */
export type MeasuredRate = {
  /** One more is there; Slack could show it so long after its upload. */
  note(readyAfterMs: number): void;
  /** Nothing waits anymore. */
  rest(): void;
  perMinute(): number;
};

/** Uploads come in bursts within Slack's minute, so that less than a whole one would mislead. */
const spanMs = 60_000;

/** Takes the rate to be `expected` until a minute of work has shown the true one, and says so in the log. */
export function measureRate(expected: number, log: Log): MeasuredRate {
  let known = expected;
  let beganAt: number | undefined;
  let count = 0;
  return {
    note(readyAfterMs) {
      const now = performance.now();
      beganAt ??= now;
      count += 1;
      if (now - beganAt < spanMs) return;
      known = Math.round(((count - 1) * 60_000) / (now - beganAt));
      log('images on Slack', { perMinute: known, readyAfterMs: Math.round(readyAfterMs) });
      beganAt = now;
      count = 1;
    },
    rest() {
      beganAt = undefined;
      count = 0;
    },
    perMinute: () => known,
  };
}
