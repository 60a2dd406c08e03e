import type { Log } from '../../../log.ts';

/** How many images reach Slack a minute, measured only while more are waiting: a pause says nothing about the rate. */
export type MeasuredRate = {
  /** From now on some are waiting. */
  work(): void;
  /** None waits anymore. */
  rest(): void;
  /** One more is there; Slack could show it so long after its upload. */
  note(readyAfterMs: number): void;
  perMinute(): number;
};

/** Uploads come in bursts within Slack's minute, so that less than a whole one would mislead. */
const spanMs = 60_000;

/** Takes the rate to be `expected` until a minute of work has shown the true one, and says so in the log. `now` is in ms. */
export function measureRate(expected: number, log: Log, now = () => performance.now()): MeasuredRate {
  let known = expected;
  let span: { readonly beganAt: number; count: number } | undefined;
  const work = () => {
    span = { beganAt: now(), count: 0 };
  };
  return {
    work,
    rest() {
      span = undefined;
    },
    note(readyAfterMs) {
      if (span === undefined) return;
      span.count += 1;
      const spentMs = now() - span.beganAt;
      if (spentMs < spanMs) return;
      known = Math.round((span.count * 60_000) / spentMs);
      log('images on Slack', { perMinute: known, readyAfterMs: Math.round(readyAfterMs) });
      work();
    },
    perMinute: () => known,
  };
}
