import { setTimeout as sleep } from 'node:timers/promises';
import { LogLevel } from '@slack/bolt';
import { WebAPIPlatformError, WebAPIRateLimitedError, WebClient, type WebClientOptions } from '@slack/web-api';
import type { SlackSettings } from '../settings.ts';

export type Log = (event: string, fields?: Record<string, unknown>) => void;

/**
 * Options for one client. Always a fresh object, because Slack's SDK shares and changes the one it is given; never with
 * `headers`, which would send the bot token to `apps.connections.open`. Nothing is retried behind our back: a lost
 * reply to a post would post twice, and a wait on one call would hold up every other.
 */
export function clientOptions({ slackApiUrl }: Pick<SlackSettings, 'slackApiUrl'>): WebClientOptions {
  return {
    timeout: 10_000,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
    ...(slackApiUrl !== undefined && { slackApiUrl }),
  };
}

export function openClient(settings: SlackSettings): WebClient {
  return new WebClient(settings.botToken, clientOptions(settings));
}

/**
 * Resolves when another call may go out, so that at most `calls` do in any `perMs`. What people wait for is `urgent`: it
 * goes at once, and the others make room for it.
 */
export type Pace = (urgency: 'urgent' | 'unhurried') => Promise<void>;

export function pace(calls: number, perMs: number): Pace {
  let recent: number[] = [];
  return async (urgency) => {
    for (;;) {
      const now = performance.now();
      recent = recent.filter((start) => start > now - perMs);
      const blocking = recent.at(-calls);
      if (urgency === 'urgent' || blocking === undefined) {
        recent.push(now);
        return;
      }
      await sleep(blocking + perMs - now);
    }
  };
}

/** Slack's own error code of a refused call, e.g. "invalid_blocks"; undefined when the call perhaps arrived. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof WebAPIPlatformError ? error.data.error : undefined;
}

/** How long Slack asks to wait; undefined when that is not what is wrong. */
export function waitAskedMs(error: unknown): number | undefined {
  return error instanceof WebAPIRateLimitedError ? error.retryAfter * 1000 : undefined;
}

/** Makes a call, waiting as long as Slack asks for. */
export async function whenAllowed<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const waitMs = waitAskedMs(error);
      if (waitMs === undefined) throw error;
      await sleep(waitMs);
    }
  }
}

/** Repeats work whose repetition does no harm, until it succeeds or Slack refuses it. */
export async function persist<T>(work: () => Promise<T>, { attempts }: { attempts: number }): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attempts || errorCode(error) !== undefined) throw error;
      await sleep(250 * 2 ** attempt);
    }
  }
}
