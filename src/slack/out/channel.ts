import type { Log } from '../../log.ts';
import type { Trend } from '../../task/days/trend.ts';
import { MessageRefused } from '../../task/going-on/obstacle.ts';
import { openTold, type Told } from '../../task/going-on/told.ts';
import type { Channel, ImageFile, Leaderboard, Posted } from '../../task/people.ts';
import { cures, troubleText } from '../say/operator.ts';
import type { SlackSettings } from '../settings.ts';
import { openAlarm } from './alarm.ts';
import type { Allowance } from './allowance.ts';
import { openClient } from './clients.ts';
import { imageOf, imageWaitMs, picturesOn, render } from './drawing.ts';
import { type Out, openEditing } from './editing.ts';
import { openEdits } from './edits.ts';
import { openKeptFiles } from './files/kept.ts';
import { openUploads, type Uploads } from './files/uploads.ts';
import { type Outlet, openOutlet } from './outlet.ts';
import { openPoster } from './post.ts';
import { errorCode, isRefusal } from './refusals.ts';
import { rememberSent } from './sent.ts';
import { openShowing, type Showing } from './showing.ts';

/** Every way out to Slack, and the files there that the ways in show as well. */
export type SlackChannel = Channel & {
  readonly images: Pick<Uploads, 'fileOf' | 'waitFor' | 'forget'>;
  readonly showing: Showing;
  /** How often windows are changed by calls. */
  readonly windows: Allowance;
  /** The leaderboard's picture on Slack; undefined when it could not be uploaded. */
  pictureOf(leaderboard: Leaderboard): Promise<string | undefined>;
  /** The picture of the newest batches on Slack; undefined when it could not be uploaded. */
  trendPictureOf(trend: Trend): Promise<string | undefined>;
  /** An image's files on Slack, as large as windows allow: the whole, then its quarters unless it is tiny. */
  largerOf(image: ImageFile): Promise<readonly string[]>;
  /** Tells admins, as the alarm does, that the bot may not speak here, as a start has found. */
  keptOut(error: Error): Promise<void>;
  /** The address of a message, for a link to it; undefined where it is gone, or Slack does not say. */
  addressOf(posted: Posted): Promise<string | undefined>;
};

/**
 * `mayCall` throws where another process has taken the task over since. `outlet`: of the app, where it has several tasks. `told`:
 * what admins know already. It has a client of its own: nothing people wait for can be held up by it.
 */
export function openChannel(
  settings: SlackSettings,
  log: Log,
  mayCall: () => Promise<void>,
  outlet: Outlet = openOutlet(settings.uploadsPerMinute),
  told: Told = openTold(),
): SlackChannel {
  const client = openClient(settings, mayCall);
  const alarm = openAlarm(client, settings, { told, heard: outlet.heard, log });
  const uploads = openUploads({ client, log, alarm, kept: openKeptFiles(settings) }, outlet.uploads);
  const showing = openShowing(uploads);
  const poster = openPoster(client, settings.channel, log);
  const sent = rememberSent(client);
  const out: Out = { client, settings, uploads, showing, alarm, edits: openEdits(log, outlet.edits), sent };
  const editing = openEditing(out);

  return {
    async post(message, { perhapsPosted, under }) {
      const earlier = perhapsPosted ? await poster.find(message.key, under) : undefined;
      if (earlier !== undefined) return earlier;
      const image = imageOf(message);
      const file = (image && (await uploads.waitFor(image, imageWaitMs))) ?? 'missing';
      const content = await render(out, message, file);
      try {
        const { answer: ts, isWhole } = await showing.send('messages', content, (c) =>
          poster.post(message.key, c, under),
        );
        alarm.worked('channel');
        const posted = { channel: settings.channel, ts };
        if (isWhole && !(image && file === 'missing')) sent.note(message, file);
        else editing.again(posted, message);
        return posted;
      } catch (error) {
        await alarm.refused('channel', error);
        throw isRefusedAsItIs(error) ? new MessageRefused(String(errorCode(error)), { cause: error }) : error;
      }
    },
    edit: editing.edit,
    tellAdmins: (trouble) => alarm.tellAdmins(troubleText(trouble)),
    async keptOut({ message: problem, cause }) {
      await alarm.refused('channel', cause, 'new', troubleText({ kind: 'start', batch: '', problem }));
    },
    // In a channel that was changed in the settings nobody may click anymore.
    isGone: (posted) => posted.channel !== settings.channel || sent.isGone(posted),
    prepare: uploads.prepare,
    isPrepared: (image: ImageFile) => uploads.fileOf(image) !== undefined,
    imagesPerMinute: uploads.perMinute,
    settled: out.edits.settled,
    images: uploads,
    showing,
    windows: outlet.windows,
    ...picturesOn(uploads),
    async addressOf({ channel, ts }) {
      // A link is worth no wait, and no failure.
      const answer = await client.chat.getPermalink({ channel, message_ts: ts }).catch(() => undefined);
      return answer?.permalink;
    },
  };
}

/** What is wrong with the channel, or with Slack, is told and tried again elsewhere; this is about the message. */
function isRefusedAsItIs(error: unknown): boolean {
  return isRefusal(error) && cures.channel[errorCode(error) ?? ''] === undefined;
}
