import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { Log } from '../../log.ts';
import type { Posted } from '../../task/people.ts';
import type { Rendered } from '../say/blocks.ts';
import { errorCode, waitAskedMs } from './refusals.ts';

/** Kept with each message, so that a lost reply does not lead to a second one. */
const metadataType = 'modelpicker_message';
/** After these Slack has certainly not posted. */
const notDone = ['service_unavailable', 'request_timeout'];
/** A longer wait would hold up everything else the bot does; whoever posts tries again. */
const patienceMs = 10_000;

/** Posts new messages, each once. */
export type Poster = {
  /**
   * Posts once, and gives the message's time stamp. What is certainly not done is repeated; a reply that is lost, or
   * says that Slack broke down, may hide a message that arrived, so that throws and the bot looks before it posts again.
   */
  post(key: string, content: Rendered, under?: Posted): Promise<string>;
  /**
   * Looks for a message by its key among the channel's newest, or in the thread `under` a message; the right to read the
   * channel is optional.
   */
  find(key: string, under?: Posted): Promise<Posted | undefined>;
};

/** Posts into this channel. */
export function openPoster(client: WebClient, channel: string, log: Log): Poster {
  /** Slack asked to be left alone until then. */
  let askedUntil: { readonly ms: number; readonly by: unknown } = { ms: 0, by: undefined };

  async function postOnce(key: string, content: Rendered, under: Posted | undefined): Promise<string> {
    if (performance.now() < askedUntil.ms) throw askedUntil.by;
    const metadata = { event_type: metadataType, event_payload: { key } };
    const quiet = { unfurl_links: false, unfurl_media: false };
    const thread = under && { thread_ts: under.ts };
    const { ts } = await client.chat.postMessage({ channel, ...content, metadata, ...quiet, ...thread });
    if (ts === undefined) throw new Error('Slack took a message but did not say where it stands.');
    return ts;
  }

  /** How long to wait before posting again; undefined when that is not for here. */
  function waitBeforeNext(error: unknown, attempt: number): number | undefined {
    if (attempt === 5) return undefined;
    if (notDone.includes(errorCode(error) ?? '')) return 500 * 2 ** attempt;
    const waitMs = waitAskedMs(error);
    if (waitMs === undefined || waitMs <= patienceMs) return waitMs;
    if (error !== askedUntil.by) askedUntil = { ms: performance.now() + waitMs, by: error };
    return undefined;
  }

  return {
    async post(key, content, under) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await postOnce(key, content, under);
        } catch (error) {
          const waitMs = waitBeforeNext(error, attempt);
          if (waitMs === undefined) throw error;
          await sleep(waitMs);
        }
      }
    },
    async find(key, under) {
      const newest = { channel, limit: 100, include_all_metadata: true };
      try {
        const { messages } = under
          ? await client.conversations.replies({ ...newest, ts: under.ts })
          : await client.conversations.history(newest);
        const found = messages?.find(({ metadata }) => {
          const payload = metadata?.event_payload as { key?: unknown } | undefined;
          return metadata?.event_type === metadataType && payload?.key === key;
        });
        return found?.ts === undefined ? undefined : { channel, ts: found.ts };
      } catch (error) {
        if (errorCode(error) !== 'missing_scope') throw error;
        log('cannot look whether a message was posted before, so it is posted again', {
          key,
          needs: 'channels:history',
        });
        return undefined;
      }
    },
  };
}
