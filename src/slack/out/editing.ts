import type { WebClient } from '@slack/web-api';
import type { Message, Posted } from '../../task/people.ts';
import type { Rendered } from '../say/blocks.ts';
import type { CardLook } from '../say/card.ts';
import type { SlackSettings } from '../settings.ts';
import type { Alarm } from './alarm.ts';
import { whenWell } from './clients.ts';
import { imageOf, imageWaitMs, render } from './drawing.ts';
import type { Edits } from './edits.ts';
import type { Uploads } from './files/uploads.ts';
import { keepNewest } from './forget-oldest.ts';
import { isPastEditing } from './refusals.ts';
import type { Sent } from './sent.ts';
import type { Showing } from './showing.ts';

/** After a click the card says so when the next image is not there by then. */
const imageSoonMs = 500;
/** How many messages and images are remembered; a round has a handful that still change. */
const rememberedMax = 200;

/** What messages go out through. */
export type Out = {
  readonly client: WebClient;
  readonly settings: SlackSettings;
  readonly uploads: Uploads;
  readonly showing: Showing;
  readonly alarm: Alarm;
  readonly edits: Edits;
  readonly sent: Sent;
};

/** Brings posted messages to their newest state. */
export function openEditing(out: Out) {
  const { uploads, edits } = out;
  const newest = new Map<string, Message>();
  /** By image: those the card had to do without at first. */
  const late = new Map<string, 'awaited' | 'given up'>();
  const repeated = new Map<string, true>();

  /** A state that comes while the image of the one before is waited for takes its place: Slack takes few edits. */
  async function newestState(key: string) {
    const until = performance.now() + imageSoonMs;
    for (;;) {
      const message = newest.get(key);
      if (!message) return undefined;
      const image = imageOf(message);
      const file = image && (await uploads.waitFor(image, Math.max(0, until - performance.now())));
      if (message === newest.get(key)) return { message, image, file };
    }
  }

  /** Shows at once that a click has counted; an image that is late follows in an edit of its own. */
  async function editSoon(posted: Posted, key: string): Promise<boolean> {
    const state = await newestState(key);
    // Long over.
    if (!state) return false;
    const { message, image, file } = state;
    if (image === undefined) {
      const { isSent, isWhole } = await editNow(out, posted, message, 'missing');
      if (!isWhole) again(posted, message);
      return isSent;
    }
    const instead = late.get(image.key) === 'given up' ? 'missing' : 'coming';
    const { isSent, isWhole } = await editNow(out, posted, message, file ?? instead);
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

/** Gives whether a call was made, and whether all images are in the message now. */
async function editNow(out: Out, posted: Posted, message: Message, file: CardLook['file']) {
  const { client, showing, alarm, sent } = out;
  if (sent.isGone(posted)) return { isSent: false, isWhole: true };
  if (sent.isSaid(message, file)) {
    await sent.lookFor(posted);
    return { isSent: false, isWhole: true };
  }
  const { channel, ts } = posted;
  try {
    const content = await render(out, message, file);
    const update = (shown: Rendered) => whenWell(() => client.chat.update({ channel, ts, ...shown }));
    const { isWhole } = await showing.send('messages', content, update);
    alarm.worked('channel', 'edit');
    if (isWhole) sent.note(message, file);
    return { isSent: true, isWhole };
  } catch (error) {
    if (isPastEditing(error)) sent.lose(posted);
    else await alarm.refused('channel', error, 'edit');
    throw error;
  }
}
