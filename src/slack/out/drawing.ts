import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { largerImage } from '../../picture/larger-image.ts';
import type { Trend } from '../../task/days/trend.ts';
import type { Announcement, ImageFile, Leaderboard, Message } from '../../task/people.ts';
import type { Rendered } from '../say/blocks.ts';
import { type CardLook, renderCard } from '../say/card.ts';
import { renderDigest, renderDigests, renderNotice } from '../say/news.ts';
import { hasPicture, renderResult } from '../say/result.ts';
import { hasGuidelines, type SlackSettings } from '../settings.ts';
import { imageName } from './files/upload.ts';
import type { Uploads } from './files/uploads.ts';
import { drawAside } from './pictures/aside.ts';

/** An image that people wait for is waited for this long before the message goes out without it. */
export const imageWaitMs = 15_000;

type Sources = { readonly settings: SlackSettings; readonly uploads: Uploads };

let revision = 0;

/** A message as Slack gets it, with this file as the image of its question; waits for pictures that it needs. */
export async function render(
  { settings, uploads }: Sources,
  message: Message,
  file: CardLook['file'],
): Promise<Rendered> {
  revision += 1;
  const id = `${Date.now().toString(36)}-${revision}`;
  const hasAdmins = settings.admins.length > 0;
  switch (message.kind) {
    case 'card':
      return renderCard(message.card, { file, revision: id, hasGuidelines: hasGuidelines(settings), hasAdmins });
    case 'result':
      return renderResult(message.announcement, await pictureFor(uploads, message.announcement), id, hasAdmins);
    case 'digest':
      return renderDigest(message.digest);
    case 'digests':
      return renderDigests(message.date, message.digests);
    case 'notice':
      return renderNotice(message.notice, settings.admins);
  }
}

async function pictureFor(uploads: Uploads, announcement: Announcement): Promise<string | undefined> {
  return hasPicture(announcement) ? pictureOf(uploads, announcement.leaderboard) : undefined;
}

/** The leaderboard's picture on Slack; undefined when it could not be uploaded in time. */
function pictureOf(uploads: Uploads, leaderboard: Leaderboard): Promise<string | undefined> {
  const state = createHash('sha256').update(JSON.stringify(leaderboard)).digest('hex');
  const shown = uploads.show(`picture:${state}`, () => drawAside({ kind: 'leaderboard', leaderboard }));
  return Promise.race([shown, sleep(imageWaitMs, undefined, { ref: false })]);
}

/** The picture of the days on Slack; undefined when it could not be uploaded in time. */
function trendPictureOf(uploads: Uploads, trend: Trend): Promise<string | undefined> {
  const state = createHash('sha256').update(JSON.stringify(trend)).digest('hex');
  const shown = uploads.show(`trend:${state}`, () => drawAside({ kind: 'trend', trend }));
  return Promise.race([shown, sleep(imageWaitMs, undefined, { ref: false })]);
}

/** What is shown beside messages, as files of these uploads. */
export function picturesOn(uploads: Uploads) {
  return {
    pictureOf: (leaderboard: Leaderboard) => pictureOf(uploads, leaderboard),
    trendPictureOf: (trend: Trend) => trendPictureOf(uploads, trend),
    largerOf: (image: ImageFile) => largerOf(uploads, image),
  };
}

/** The image that a message asks about. */
export function imageOf(message: Message): ImageFile | undefined {
  return message.kind === 'card' && message.card.now.kind === 'asking' ? message.card.now.question.image : undefined;
}

/** The files of an image as large as windows allow: the whole, then its quarters; those that could not be uploaded are left out. */
async function largerOf(uploads: Uploads, image: ImageFile): Promise<string[]> {
  const parts = await largerImage(image.file, image.sha256);
  const files = await Promise.all(
    parts.map((part, index) => uploads.show(`larger:${image.key}:${index}`, async () => part, `${imageName}jpg`)),
  );
  return files.filter((file) => file !== undefined);
}
