import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { Log } from '../../log.ts';
import { drawLeaderboard } from '../../picture/leaderboard.ts';
import type { Channel, ImageFile, Leaderboard, Message, Posted } from '../../task/people.ts';
import type { Rendered } from '../say/blocks.ts';
import { type CardLook, renderCard } from '../say/card.ts';
import { renderDigest } from '../say/digest.ts';
import { renderResult } from '../say/result.ts';
import { sentences } from '../say/sentences.ts';
import { hasGuidelines, type SlackSettings } from '../settings.ts';
import { openClient } from './clients.ts';
import { openEdits } from './edits.ts';
import { keepNewest } from './forget-oldest.ts';
import { errorCode, isPastEditing, waitAskedMs } from './refusals.ts';
import { openUploads, type Uploads } from './uploads.ts';

/** Every way out to Slack, and the files there that the ways in show as well. */
export type SlackChannel = Channel & {
  readonly images: Pick<Uploads, 'fileOf' | 'waitFor'>;
  /** The leaderboard's picture on Slack; undefined when it could not be uploaded. */
  pictureOf(leaderboard: Leaderboard): Promise<string | undefined>;
};

/** An image that people wait for is waited for this long before the message goes out without it. */
const imageWaitMs = 15_000;
/** After a click the card says so when the next image is not there by then. */
const imageSoonMs = 500;
/** Kept with each message, so that a lost reply does not lead to a second one. */
const metadataType = 'modelpicker_message';
/** So many messages and images are remembered; a round has a handful that still change. */
const rememberedMax = 200;

/** Connects a task's messages with one channel of Slack, with its own pace for each kind of call. */
export function openChannel(settings: SlackSettings, log: Log): SlackChannel {
  // Background work has a client of its own: nothing people wait for can be held up by it.
  const client = openClient(settings);
  const uploads = openUploads(client, log, settings.uploadsPerMinute);
  const edits = openEdits(log);
  const newest = new Map<string, Message>();
  /** By image: those the card had to do without at first. */
  const late = new Map<string, 'awaited' | 'given up'>();
  const { render, pictureOf } = openRenderer(settings, uploads);
  const sent = openSent(client, render);

  /** Shows at once that a click has counted; an image that is late follows in an edit of its own. */
  async function editSoon(posted: Posted, key: string): Promise<boolean> {
    const message = newest.get(key);
    // Long over.
    if (!message) return false;
    const image = imageOf(message);
    if (image === undefined) return sent.editNow(posted, message, 'missing');
    const file = await uploads.waitFor(image, imageSoonMs);
    const isSent = await sent.editNow(
      posted,
      message,
      file ?? (late.get(image.key) === 'given up' ? 'missing' : 'coming'),
    );
    if (file !== undefined || late.has(image.key)) return isSent;
    keepNewest(late, image.key, 'awaited', rememberedMax);
    void uploads.waitFor(image, imageWaitMs).then(() => {
      keepNewest(late, image.key, 'given up', rememberedMax);
      edits.push(key, () => editSoon(posted, key));
    });
    return isSent;
  }

  return {
    async post(message, { perhapsPosted }) {
      const earlier = perhapsPosted ? await findPosted(client, settings.channel, message.key, log) : undefined;
      if (earlier !== undefined) return earlier;
      const image = imageOf(message);
      const file = (image && (await uploads.waitFor(image, imageWaitMs))) ?? 'missing';
      const ts = await postWhenTaken(client, settings.channel, message.key, await render(message, file));
      sent.remember(message, file);
      return { channel: settings.channel, ts };
    },
    edit(posted, message) {
      keepNewest(newest, message.key, message, rememberedMax);
      edits.push(message.key, () => editSoon(posted, message.key));
    },
    // In a channel that was changed in the settings nobody may click anymore.
    isGone: (posted) => posted.channel !== settings.channel || sent.isGone(posted),
    prepare: uploads.prepare,
    isPrepared: (image: ImageFile) => uploads.fileOf(image) !== undefined,
    settled: edits.settled,
    images: uploads,
    pictureOf,
  };
}

/** Messages as Slack takes them, each with a revision of its own, and the leaderboard's picture. */
function openRenderer(settings: SlackSettings, uploads: Uploads) {
  let revision = 0;

  async function render(message: Message, file: CardLook['file']): Promise<Rendered> {
    revision += 1;
    const id = `${Date.now().toString(36)}-${revision}`;
    switch (message.kind) {
      case 'card':
        return renderCard(message.card, { file, revision: id, hasGuidelines: hasGuidelines(settings) });
      case 'result':
        return renderResult(message.announcement, await pictureOf(message.announcement.leaderboard), id);
      case 'digest':
        return renderDigest(message.digest);
    }
  }

  function pictureOf(leaderboard: Leaderboard): Promise<string | undefined> {
    const words = sentences.picture.words(leaderboard.target);
    const state = createHash('sha256').update(JSON.stringify(leaderboard)).digest('hex');
    const shown = uploads.show(`picture:${state}`, () => drawLeaderboard(leaderboard, words));
    return Promise.race([shown, sleep(imageWaitMs, undefined, { ref: false })]);
  }

  return { render, pictureOf };
}

/** What each message says on Slack by now, and which of them somebody deleted. */
function openSent(client: WebClient, render: (message: Message, file: CardLook['file']) => Promise<Rendered>) {
  const lastSent = new Map<string, string>();
  const gone = new Map<string, true>();

  function remember(message: Message, file: CardLook['file']): void {
    keepNewest(lastSent, message.key, JSON.stringify([message, file]), rememberedMax);
  }

  /** False when the message says so already. */
  async function editNow(posted: Posted, message: Message, file: CardLook['file']): Promise<boolean> {
    const { channel, ts } = posted;
    const state = JSON.stringify([message, file]);
    if (lastSent.get(message.key) === state) return false;
    const content = await render(message, file);
    try {
      await client.chat.update({ channel, ts, ...content });
    } catch (error) {
      if (isPastEditing(error)) keepNewest(gone, `${channel}:${ts}`, true, rememberedMax);
      throw error;
    }
    remember(message, file);
    return true;
  }

  return { editNow, remember, isGone: ({ channel, ts }: Posted) => gone.has(`${channel}:${ts}`) };
}

function imageOf(message: Message): ImageFile | undefined {
  return message.kind === 'card' && message.card.now.kind === 'asking' ? message.card.now.question.image : undefined;
}

/**
 * Posts once. A refusal is certain, so it may be repeated; a reply that is lost may hide a message that arrived, so
 * that throws and the bot looks before it posts again.
 */
async function postWhenTaken(client: WebClient, channel: string, key: string, content: Rendered): Promise<string> {
  const metadata = { event_type: metadataType, event_payload: { key } };
  for (let attempt = 1; ; attempt++) {
    try {
      const { ts } = await client.chat.postMessage({
        channel,
        ...content,
        metadata,
        unfurl_links: false,
        unfurl_media: false,
      });
      if (ts === undefined) throw new Error('Slack took a message but did not say where it stands.');
      return ts;
    } catch (error) {
      // Slack says `invalid_blocks` for a file that it has not finished looking at.
      const waitMs = waitAskedMs(error) ?? (errorCode(error) === 'invalid_blocks' ? 1_000 : undefined);
      if (waitMs === undefined || attempt === 5) throw error;
      await sleep(waitMs);
    }
  }
}

/** Looks for a message by its key among the channel's newest; the right to read the channel is optional. */
async function findPosted(client: WebClient, channel: string, key: string, log: Log): Promise<Posted | undefined> {
  try {
    const { messages } = await client.conversations.history({ channel, limit: 100, include_all_metadata: true });
    const found = messages?.find(({ metadata }) => {
      const payload = metadata?.event_payload as { key?: unknown } | undefined;
      return metadata?.event_type === metadataType && payload?.key === key;
    });
    return found?.ts === undefined ? undefined : { channel, ts: found.ts };
  } catch (error) {
    if (errorCode(error) !== 'missing_scope') throw error;
    log('cannot look whether a message was posted before, so it is posted again', { key, needs: 'channels:history' });
    return undefined;
  }
}
