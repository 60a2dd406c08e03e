import { setTimeout as sleep } from 'node:timers/promises';
import { WebClient, type WebClientOptions } from '@slack/web-api';
import type { SlackSettings } from '../settings.ts';
import { quietLogger } from './quiet-logger.ts';
import { errorCode, isRefusal, isTransient, waitAskedMs } from './refusals.ts';

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
    logger: quietLogger,
    ...(slackApiUrl !== undefined && { slackApiUrl }),
  };
}

/** For calls of which it does not matter which process makes them. */
export const unasked = async (): Promise<void> => undefined;

/** `mayCall` is asked right before each call leaves; where it throws, the call does not. */
export function openClient(
  settings: Pick<SlackSettings, 'botToken' | 'slackApiUrl'>,
  mayCall: () => Promise<void>,
): WebClient {
  const asked: typeof fetch = async (input, init) => {
    await mayCall();
    return fetch(input, init);
  };
  return new WebClient(settings.botToken, { ...clientOptions(settings), fetch: asked });
}

/**
 * Resolves when another call may go out, so that at most `calls` do in any `perMs`. What people wait for is `urgent`: it
 * goes before the others, which make room for it, and may use `spare` calls more.
 */
export type Pace = (urgency: 'urgent' | 'unhurried') => Promise<void>;

/** Calls that went out before, so many ms ago, can be told to it. */
export type PaceWithPast = Pace & { note(agoMs: readonly number[]): void };

/** A pace of so many calls in so long. */
export function pace(calls: number, perMs: number, spare = 0): PaceWithPast {
  let recent: number[] = [];
  const last = { urgent: Promise.resolve(), unhurried: Promise.resolve() };
  async function room(urgency: 'urgent' | 'unhurried'): Promise<void> {
    for (;;) {
      const now = performance.now();
      recent = recent.filter((start) => start > now - perMs);
      const blocking = recent.at(urgency === 'urgent' ? -calls - spare : -calls);
      if (blocking === undefined) {
        recent.push(now);
        return;
      }
      await sleep(blocking + perMs - now);
    }
  }
  // One after the other, so that whoever shares the pace gets a turn each.
  const turn: Pace = (urgency) => {
    last[urgency] = last[urgency].then(() => room(urgency));
    return last[urgency];
  };
  const note = (agoMs: readonly number[]) => {
    const now = performance.now();
    recent = [...recent, ...agoMs.map((ago) => now - ago)].sort((a, b) => a - b);
  };
  return Object.assign(turn, { note });
}

/**
 * Makes a call whose repetition does no harm: waits as long as Slack asks for, and tries again where Slack is unwell, up
 * to `attempts` times. `again` names further codes that pass; a wait beyond `patienceMs` is for the caller.
 */
export async function whenWell<T>(
  call: () => Promise<T>,
  {
    attempts = 5,
    again = [],
    patienceMs = Number.POSITIVE_INFINITY,
  }: { attempts?: number; again?: readonly string[]; patienceMs?: number } = {},
): Promise<T> {
  for (let failures = 0; ; ) {
    try {
      return await call();
    } catch (error) {
      const waitMs = waitAskedMs(error);
      const passes = isTransient(error) || again.includes(errorCode(error) ?? '');
      if (waitMs === undefined) failures += 1;
      if (waitMs === undefined ? !passes || failures === attempts : waitMs > patienceMs) throw error;
      await sleep(waitMs ?? 250 * 2 ** failures);
    }
  }
}

/** Repeats work whose repetition does no harm, until it succeeds or Slack refuses it. */
export async function persist<T>(work: () => Promise<T>, { attempts }: { attempts: number }): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attempts || isRefusal(error)) throw error;
      await sleep(250 * 2 ** attempt);
    }
  }
}
