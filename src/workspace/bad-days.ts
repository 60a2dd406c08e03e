import { z } from 'zod';

const count = z.int().min(0);

/** Which of these numbers the page may change. */
export const badDaysChange = z
  .strictObject({
    rateLimited: count,
    serverErrors: count,
    lostReplies: count,
    duplicateDeliveries: count,
    reorderedDeliveries: count,
    lostDeliveries: count,
    expiredTriggers: count,
    refusedCalls: count,
    refusalCode: z.string().regex(/^[a-z_]+$/),
    refusedFilesInMessages: count,
    refusedFilesInViews: count,
    refusedFilesInNotes: count,
    pongDelayMs: count.max(60_000),
    retryAfterS: count.min(1),
    uploadDelayMs: count.max(600_000),
    replyDelayMs: count.max(60_000),
    onlyMethod: z.string(),
  })
  .partial();

/** Slack's troubles, each as the number of coming events it still hits. All 0: a good day. */
export type BadDays = {
  /** Web API calls answered 429 with `Retry-After`. */
  rateLimited: number;
  /** Web API calls refused with `refusalCode`, whatever they ask, and not carried out. */
  refusedCalls: number;
  /** Any of Slack's error codes, e.g. `internal_error` or `is_archived`. */
  refusalCode: string;
  /** Messages with a `slack_file` that are refused for it, though the file is ready: `invalid_blocks`. */
  refusedFilesInMessages: number;
  /** The same for windows and App Home: `invalid_arguments`. */
  refusedFilesInViews: number;
  /** The same for private notes: `invalid_blocks`, and 404 through a `response_url`. */
  refusedFilesInNotes: number;
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
  /** What `rateLimited` asks for, in seconds. */
  retryAfterS: number;
  /** How long each answer to a ping of the app waits. */
  pongDelayMs: number;
  /** How long an uploaded file has no `mimetype`. */
  uploadDelayMs: number;
  /** How long every Web API answer waits. */
  replyDelayMs: number;
  /** Limits whatever strikes calls to methods that begin with this; empty for all. */
  onlyMethod: string;
};

/** Slack's usual: files take a second or two, nothing else is wrong. */
export const GOOD_DAY: Readonly<BadDays> = {
  rateLimited: 0,
  serverErrors: 0,
  lostReplies: 0,
  duplicateDeliveries: 0,
  reorderedDeliveries: 0,
  lostDeliveries: 0,
  expiredTriggers: 0,
  refusedCalls: 0,
  refusalCode: 'internal_error',
  refusedFilesInMessages: 0,
  refusedFilesInViews: 0,
  refusedFilesInNotes: 0,
  retryAfterS: 1,
  pongDelayMs: 0,
  uploadDelayMs: 1_500,
  replyDelayMs: 0,
  onlyMethod: '',
};

type Trouble = Exclude<
  keyof BadDays,
  'uploadDelayMs' | 'replyDelayMs' | 'onlyMethod' | 'refusalCode' | 'retryAfterS' | 'pongDelayMs'
>;

/** True when this event is hit; uses up one of the coming hits. */
export function strikes(badDays: BadDays, trouble: Trouble): boolean {
  if (badDays[trouble] === 0) return false;
  badDays[trouble] -= 1;
  return true;
}
