import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { Log } from '../../log.ts';
import { drawLeaderboard } from '../../picture/leaderboard.ts';
import type { Announcement, Channel, ImageFile, Leaderboard, Message, Posted } from '../../task/people.ts';
import type { Rendered } from '../say/blocks.ts';
import { type CardLook, renderCard } from '../say/card.ts';
import { renderDigest, renderNotice } from '../say/news.ts';
import { hasPicture, renderResult } from '../say/result.ts';
import { sentences } from '../say/sentences.ts';
import { hasGuidelines, type SlackSettings } from '../settings.ts';
import { type Alarm, openAlarm } from './alarm.ts';
import { type Allowance, openAllowance } from './allowance.ts';
import { openClient, whenWell } from './clients.ts';
import { type Edits, openEdits } from './edits.ts';
import { keepNewest } from './forget-oldest.ts';
import { openPoster } from './post.ts';
import { errorCode, isPastEditing } from './refusals.ts';
import { openShowing, type Showing } from './showing.ts';
import { openUploads, type Uploads } from './uploads.ts';

/** Every way out to Slack, and the files there that the ways in show as well. */
export type SlackChannel = Channel & {
  readonly images: Pick<Uploads, 'fileOf' | 'waitFor' | 'forget'>;
  readonly showing: Showing;
  /** How often windows are changed by calls. */
  readonly windows: Allowance;
  /** The leaderboard's picture on Slack; undefined when it could not be uploaded. */
  pictureOf(leaderboard: Leaderboard): Promise<string | undefined>;
};

/** An image that people wait for is waited for this long before the message goes out without it. */
const imageWaitMs = 15_000;
/** After a click the card says so when the next image is not there by then. */
const imageSoonMs = 500;
/** So many messages and images are remembered; a round has a handful that still change. */
const rememberedMax = 200;
/** Somebody may delete a message while nobody edits it; it is looked for this often. */
const lookAfterMs = 5 * 60_000;

type Out = {
  readonly client: WebClient;
  readonly settings: SlackSettings;
  readonly uploads: Uploads;
  readonly showing: Showing;
  readonly alarm: Alarm;
  readonly edits: Edits;
};

export function openChannel(settings: SlackSettings, log: Log): SlackChannel {
  // Background work has a client of its own: nothing people wait for can be held up by it.
  const client = openClient(settings);
  const alarm = openAlarm(client, settings, log);
  const uploads = openUploads({ client, log, alarm, perMinute: settings.uploadsPerMinute });
  const showing = openShowing(uploads.forget);
  const poster = openPoster(client, settings.channel, log);
  const out: Out = { client, settings, uploads, showing, alarm, edits: openEdits(log) };
  const sent = rememberSent(out);
  const editing = openEditing(out, sent);

  return {
    async post(message, { perhapsPosted }) {
      const earlier = perhapsPosted ? await poster.find(message.key) : undefined;
      if (earlier !== undefined) return earlier;
      const image = imageOf(message);
      const file = (image && (await uploads.waitFor(image, imageWaitMs))) ?? 'missing';
      const content = await render(out, message, file);
      try {
        const { answer: ts, isWhole } = await showing.send('messages', content, (c) => poster.post(message.key, c));
        alarm.worked('channel');
        const posted = { channel: settings.channel, ts };
        if (isWhole && !(image && file === 'missing')) sent.note(message, file);
        else editing.again(posted, message);
        return posted;
      } catch (error) {
        await alarm.refused('channel', error);
        throw error;
      }
    },
    edit: editing.edit,
    // In a channel that was changed in the settings nobody may click anymore.
    isGone: (posted) => posted.channel !== settings.channel || sent.isGone(posted),
    prepare: uploads.prepare,
    isPrepared: (image: ImageFile) => uploads.fileOf(image) !== undefined,
    imagesPerMinute: uploads.perMinute,
    settled: out.edits.settled,
    images: uploads,
    showing,
    windows: openAllowance(),
    pictureOf: (leaderboard) => pictureOf(uploads, leaderboard),
  };
}

let revision = 0;

async function render({ settings, uploads }: Out, message: Message, file: CardLook['file']): Promise<Rendered> {
  revision += 1;
  const id = `${Date.now().toString(36)}-${revision}`;
  switch (message.kind) {
    case 'card':
      return renderCard(message.card, { file, revision: id, hasGuidelines: hasGuidelines(settings) });
    case 'result':
      return renderResult(message.announcement, await pictureFor(uploads, message.announcement), id);
    case 'digest':
      return renderDigest(message.digest);
    case 'notice':
      return renderNotice(message.notice, settings.admins);
  }
}

async function pictureFor(uploads: Uploads, announcement: Announcement): Promise<string | undefined> {
  return hasPicture(announcement) ? pictureOf(uploads, announcement.leaderboard) : undefined;
}

function pictureOf(uploads: Uploads, leaderboard: Leaderboard): Promise<string | undefined> {
  const words = sentences.picture.words(leaderboard);
  const state = createHash('sha256').update(JSON.stringify(leaderboard)).digest('hex');
  const shown = uploads.show(`picture:${state}`, () => drawLeaderboard(leaderboard, words));
  return Promise.race([shown, sleep(imageWaitMs, undefined, { ref: false })]);
}

/** What stands on Slack already, as far as is known, and what does not stand there anymore. */
function rememberSent({ client }: Out) {
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

/** Gives whether a call was made, and whether all images are in the message now. */
async function editNow(out: Out, sent: Sent, posted: Posted, message: Message, file: CardLook['file']) {
  const { client, showing, alarm } = out;
  if (sent.isSaid(message, file)) {
    await sent.lookFor(posted);
    return { isSent: false, isWhole: true };
  }
  const { channel, ts } = posted;
  try {
    const content = await render(out, message, file);
    const update = (shown: Rendered) => whenWell(() => client.chat.update({ channel, ts, ...shown }));
    const { isWhole } = await showing.send('messages', content, update);
    alarm.worked('channel');
    if (isWhole) sent.note(message, file);
    return { isSent: true, isWhole };
  } catch (error) {
    if (isPastEditing(error)) sent.lose(posted);
    else await alarm.refused('channel', error);
    throw error;
  }
}

type Sent = ReturnType<typeof rememberSent>;

/** Brings posted messages to their newest state. */
function openEditing(out: Out, sent: Sent) {
  const { uploads, edits } = out;
  const newest = new Map<string, Message>();
  /** By image: those the card had to do without at first. */
  const late = new Map<string, 'awaited' | 'given up'>();
  const repeated = new Map<string, true>();

  /** Shows at once that a click has counted; an image that is late follows in an edit of its own. */
  async function editSoon(posted: Posted, key: string): Promise<boolean> {
    const message = newest.get(key);
    // Long over.
    if (!message) return false;
    const image = imageOf(message);
    if (image === undefined) {
      const { isSent, isWhole } = await editNow(out, sent, posted, message, 'missing');
      if (!isWhole) again(posted, message);
      return isSent;
    }
    const file = await uploads.waitFor(image, imageSoonMs);
    const instead = late.get(image.key) === 'given up' ? 'missing' : 'coming';
    const { isSent, isWhole } = await editNow(out, sent, posted, message, file ?? instead);
    if ((file !== undefined && isWhole) || late.has(image.key)) return isSent;
    keepNewest(late, image.key, 'awaited', rememberedMax);
    void uploads.waitFor(image, imageWaitMs).then(() => {
      keepNewest(late, image.key, 'given up', rememberedMax);
      edits.push(key, () => editSoon(posted, key));
    });
    return isSent;
  }

  function edit(posted: Posted, message: Message): void {
    keepNewest(newest, message.key, message, rememberedMax);
    edits.push(message.key, () => editSoon(posted, message.key));
  }

  /** Once more for a message that went out without its image: it is uploaded anew. */
  function again(posted: Posted, message: Message): void {
    if (repeated.has(message.key)) return;
    keepNewest(repeated, message.key, true, rememberedMax);
    edit(posted, newest.get(message.key) ?? message);
  }

  return { edit, again };
}

function imageOf(message: Message): ImageFile | undefined {
  return message.kind === 'card' && message.card.now.kind === 'asking' ? message.card.now.question.image : undefined;
}
