import type { WebClient } from '@slack/web-api';
import type { Message, Posted } from '../../task/people.ts';
import type { CardLook } from '../say/card.ts';
import { keepNewest } from './forget-oldest.ts';
import { errorCode } from './refusals.ts';

/** How many messages are remembered; a round has a handful that still change. */
const rememberedMax = 200;
/** Somebody may delete a message while nobody edits it; it is looked for this often, at each of the task's minutes. */
const lookAfterMs = 50_000;

/** What is known of messages on Slack. */
export type Sent = ReturnType<typeof rememberSent>;

/** What stands on Slack already, as far as is known, and what does not stand there anymore. */
export function rememberSent(client: WebClient) {
  const states = new Map<string, string>();
  const lookedAt = new Map<string, number>();
  const gone = new Map<string, true>();
  const place = ({ channel, ts }: Posted) => `${channel}:${ts}`;
  const lose = (posted: Posted) => keepNewest(gone, place(posted), true, rememberedMax);
  return {
    lose,
    isGone: (posted: Posted) => gone.has(place(posted)),
    note(message: Message, file: CardLook['file']) {
      keepNewest(states, message.key, JSON.stringify([message, file]), rememberedMax);
    },
    isSaid: (message: Message, file: CardLook['file']) => states.get(message.key) === JSON.stringify([message, file]),
    /** Looks now and then whether a message that does not change is still there. Asking for its address needs no scope. */
    async lookFor(posted: Posted) {
      const now = performance.now();
      if (now - (lookedAt.get(place(posted)) ?? Number.NEGATIVE_INFINITY) < lookAfterMs) return;
      keepNewest(lookedAt, place(posted), now, rememberedMax);
      await client.chat.getPermalink({ channel: posted.channel, message_ts: posted.ts }).catch((error: unknown) => {
        if (errorCode(error) === 'message_not_found') lose(posted);
      });
    },
  };
}
