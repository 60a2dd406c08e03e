import { WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';

/** Slack is unwell or busy, and nothing is wrong with the call: the same call may work in a moment. */
export const transientCodes: ReadonlySet<string> = new Set([
  'fatal_error',
  'internal_error',
  'service_unavailable',
  'request_timeout',
  'rate_limited',
  'ratelimited',
  'team_added_to_org',
]);

/** The message cannot be changed anymore, or is not there: what it should say needs a new one. */
const noLongerEdited = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'file_deleted',
  'no_item_specified',
]);

/** A longer wait is broken up: what Slack asked for an hour ago need not be so now. */
const longestWaitMs = 3_600_000;

/** Slack's own error code of an answered call, e.g. "invalid_blocks"; undefined when there was no answer. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof WebAPIPlatformError ? error.data.error : undefined;
}

/** True when the same call may work in a moment. */
export function isTransient(error: unknown): boolean {
  return transientCodes.has(errorCode(error) ?? '');
}

/** True when Slack has refused the call and certainly not carried it out. */
export function isRefusal(error: unknown): boolean {
  const code = errorCode(error);
  return code !== undefined && !transientCodes.has(code);
}

/** True when a posted message can no longer be edited for good. */
export function isPastEditing(error: unknown): boolean {
  return noLongerEdited.has(errorCode(error) ?? '');
}

/** How long Slack asks to wait, an hour at most; undefined when that is not what is wrong. */
export function waitAskedMs(error: unknown): number | undefined {
  if (error instanceof WebAPIRateLimitedError) return Math.min(error.retryAfter * 1000, longestWaitMs);
  // Some methods say it as a code, without how long.
  return ['rate_limited', 'ratelimited'].includes(errorCode(error) ?? '') ? 5_000 : undefined;
}
