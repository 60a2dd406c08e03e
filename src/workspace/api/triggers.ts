import { randomBytes } from 'node:crypto';
import { type BadDays, strikes } from '../bad-days.ts';
import { SlackError } from '../slack-error.ts';

const RESPONSE_URL_LIFE_MS = 30 * 60_000;
const RESPONSE_URL_USES = 5;

/** Where an answer through a `response_url` goes. */
export type ResponseTarget = { readonly channel: string; readonly person: string; readonly ts?: string };

/** The short-lived keys an interaction hands to the app: `trigger_id` and `response_url`. */
export type Triggers = {
  issue(person: string): string;
  /**
   * The person whose interaction this was; a trigger works once and not for long, and a refused view does not use it up.
   * @throws SlackError `invalid_trigger_id`, `exchanged_trigger_id` or `expired_trigger_id`
   */
  claim(trigger: unknown): { readonly person: string; use(): void };
  /** A path below the workspace's address; works 5 times within 30 minutes. */
  issueResponsePath(reply: ResponseTarget): string;
  /** @throws SlackError `invalid_url`, `used_url` or `expired_url` */
  useResponsePath(path: string): ResponseTarget;
};

/** `deadlineMs`: how long a trigger lives. */
export function createTriggers({
  now,
  badDays,
  deadlineMs,
}: {
  now: () => number;
  badDays: BadDays;
  deadlineMs: number;
}): Triggers {
  const triggers = new Map<string, { person: string; expiresAt: number; isUsed: boolean }>();
  const replies = new Map<string, { reply: ResponseTarget; expiresAt: number; usesLeft: number }>();

  function forgetOld(): void {
    for (const [id, { expiresAt }] of triggers) if (expiresAt + 60_000 < now()) triggers.delete(id);
    for (const [id, { expiresAt }] of replies) if (expiresAt + 60_000 < now()) replies.delete(id);
  }

  return {
    issue(person) {
      forgetOld();
      const id = `${Math.floor(now())}.${triggers.size}.${randomBytes(8).toString('hex')}`;
      const life = strikes(badDays, 'expiredTriggers') ? -1 : deadlineMs;
      triggers.set(id, { person, expiresAt: now() + life, isUsed: false });
      return id;
    },
    claim(id) {
      const trigger = typeof id === 'string' ? triggers.get(id) : undefined;
      if (!trigger) throw new SlackError('invalid_trigger_id', ['no interaction has this trigger_id']);
      if (trigger.isUsed) throw new SlackError('exchanged_trigger_id', ['a trigger_id works once']);
      const lateMs = now() - trigger.expiresAt;
      if (lateMs > 0) {
        throw new SlackError('expired_trigger_id', [
          `a trigger_id lives ${deadlineMs / 1000} s: open the view first, compute after`,
        ]);
      }
      const use = () => {
        trigger.isUsed = true;
      };
      return { person: trigger.person, use };
    },
    issueResponsePath(reply) {
      const path = `/response/${randomBytes(12).toString('hex')}`;
      replies.set(path, { reply, expiresAt: now() + RESPONSE_URL_LIFE_MS, usesLeft: RESPONSE_URL_USES });
      return path;
    },
    useResponsePath(path) {
      const entry = replies.get(path);
      if (!entry) throw new SlackError('invalid_url', ['no interaction has this response_url']);
      if (now() > entry.expiresAt) throw new SlackError('expired_url', ['a response_url lives 30 minutes']);
      if (entry.usesLeft === 0) throw new SlackError('used_url', ['a response_url works 5 times']);
      entry.usesLeft -= 1;
      return entry.reply;
    },
  };
}
