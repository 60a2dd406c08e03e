import { z } from 'zod';

const count = z.int().min(0);

export const badDaysChange = z
  .strictObject({
    rateLimited: count,
    serverErrors: count,
    lostReplies: count,
    duplicateDeliveries: count,
    reorderedDeliveries: count,
    lostDeliveries: count,
    expiredTriggers: count,
    uploadDelayMs: count.max(600_000),
    replyDelayMs: count.max(60_000),
    onlyMethod: z.string(),
  })
  .partial();

/** Slack's troubles, each as the number of coming events it still hits. All 0: a good day. */
export type BadDays = {
  /** Web API calls answered 429 with `Retry-After: 1`. */
  rateLimited: number;
  /** Web API calls answered with HTTP 500 and not carried out. */
  serverErrors: number;
  /** Web API calls carried out whose answer never arrives: the connection is cut. */
  lostReplies: number;
  /** Envelopes delivered twice. */
  duplicateDeliveries: number;
  /** Envelopes held back until the next one has gone ahead, or for 300 ms. */
  reorderedDeliveries: number;
  /** Envelopes that never reach the app. */
  lostDeliveries: number;
  /** Triggers that are too old as soon as they arrive. */
  expiredTriggers: number;
  /** How long an uploaded file has no `mimetype`. */
  uploadDelayMs: number;
  /** How long every Web API answer waits. */
  replyDelayMs: number;
  /** Limits the first three to methods that begin with this; empty for all. */
  onlyMethod: string;
};

/** Slack's usual: files take a moment, nothing else is wrong. */
export const GOOD_DAY: Readonly<BadDays> = {
  rateLimited: 0,
  serverErrors: 0,
  lostReplies: 0,
  duplicateDeliveries: 0,
  reorderedDeliveries: 0,
  lostDeliveries: 0,
  expiredTriggers: 0,
  uploadDelayMs: 300,
  replyDelayMs: 0,
  onlyMethod: '',
};

type Trouble = Exclude<keyof BadDays, 'uploadDelayMs' | 'replyDelayMs' | 'onlyMethod'>;

/** True when this event is hit; uses up one of the coming hits. */
export function strikes(badDays: BadDays, trouble: Trouble): boolean {
  if (badDays[trouble] === 0) return false;
  badDays[trouble] -= 1;
  return true;
}
