/** How many calls of a method are allowed in how long; `per: 'channel'` counts each channel on its own. */
export type Rate = { readonly calls: number; readonly perMs: number; readonly per?: 'channel' };

const perMinute = (calls: number): Rate => ({ calls, perMs: 60_000 });

/**
 * Slack's rates. Its tiers are "50+" and "100+" a minute: the plus is not relied on here.
 *
 * @see https://docs.slack.dev/apis/web-api/rate-limits
 */
export const SLACK_RATES: Readonly<Record<string, Rate>> = {
  // "One message per second per channel, short bursts allowed."
  'chat.postMessage': { calls: 3, perMs: 3_000, per: 'channel' },
  'chat.update': perMinute(50),
  'chat.delete': perMinute(50),
  'conversations.history': perMinute(50),
  'conversations.replies': perMinute(50),
  'conversations.info': perMinute(50),
  'files.list': perMinute(50),
  'files.delete': perMinute(50),
};

const OTHER_METHODS = perMinute(100);

/** Counts calls in a sliding window; a refused call does not count. */
export type RateLimiter = {
  /** Seconds to wait (whole, at least 1), or undefined when the call may go on. */
  take(method: string, channel: string | undefined, nowMs: number): number | undefined;
};

/** Counts calls from now on; `off` lets all through. */
export function createRateLimiter(rates: Readonly<Record<string, Rate>> | 'off'): RateLimiter {
  const calls = new Map<string, number[]>();
  return {
    take(method, channel, nowMs) {
      if (rates === 'off') return undefined;
      const rate = rates[method] ?? OTHER_METHODS;
      const key = rate.per === 'channel' ? `${method} ${channel}` : method;
      const recent = (calls.get(key) ?? []).filter((at) => at > nowMs - rate.perMs);
      calls.set(key, recent);
      const oldest = recent[0];
      if (recent.length < rate.calls || oldest === undefined) {
        recent.push(nowMs);
        return undefined;
      }
      return Math.max(1, Math.ceil((oldest + rate.perMs - nowMs) / 1000));
    },
  };
}
