import type { WebClient } from '@slack/web-api';
import type { Log } from '../../../log.ts';
import { shownImage } from '../../../picture/shown-image.ts';
import type { ImageFile } from '../../../task/people.ts';
import type { Alarm } from '../alarm.ts';
import type { Pace } from '../clients.ts';
import { keepNewest } from '../forget-oldest.ts';
import { errorCode, isRefusal } from '../refusals.ts';
import { deletedCodes } from './deleted.ts';
import type { KeptFiles } from './kept.ts';
import type { MeasuredRate } from './rate.ts';
import { learnReadiness } from './readiness.ts';
import { imageName, upload } from './upload.ts';

/** What is forgotten is uploaded again when somebody asks for it; a round's budget is at most as many labels. */
const rememberedMax = 10_000;
/** Where Slack takes no files at all, it is asked again after this. */
const refusedForMs = 30_000;

/** What single uploads go through; `look` paces the looks whether a file is ready, `rate` hears of every image, `kept` outlives a start. */
export type FilesSetup = {
  readonly client: WebClient;
  readonly log: Log;
  readonly alarm: Alarm;
  readonly look: Pace;
  readonly rate: MeasuredRate;
  readonly kept: KeptFiles;
};

type Urgency = Parameters<Pace>[0];

/** Starts single uploads, and knows what is there and what is on its way. */
export function openFiles({ client, log, alarm, look, rate, kept }: FilesSetup) {
  const ready = new Map<string, string>();
  const running = new Map<string, Promise<string | undefined>>();
  const way = { client, look, readiness: learnReadiness() };
  let refusedUntil = 0;

  function start(key: string, work: () => Promise<string>): Promise<string | undefined> {
    if (performance.now() < refusedUntil) return Promise.resolve(undefined);
    const uploading = work()
      .then((file) => {
        keepNewest(ready, key, file, rememberedMax);
        alarm.worked('files');
        return file;
      })
      .catch(async (error: unknown) => {
        log('image not uploaded', { key, error: String(error) });
        // A file that somebody deleted while Slack looked at it says nothing about others.
        if (isRefusal(error) && !deletedCodes.has(errorCode(error) ?? ''))
          refusedUntil = performance.now() + refusedForMs;
        await alarm.refused('files', error);
        return undefined;
      })
      .finally(() => {
        running.delete(key);
      });
    running.set(key, uploading);
    return uploading;
  }

  return {
    ready,
    running,
    /** The image's file on Slack, where it is there. */
    fileOf(image: ImageFile): string | undefined {
      const file = ready.get(image.key) ?? kept.recall(image);
      if (file !== undefined && !ready.has(image.key)) keepNewest(ready, image.key, file, rememberedMax);
      return file;
    },
    startImage: (image: ImageFile, urgency: Urgency, begin = async () => {}) =>
      start(image.key, async () => {
        await begin();
        const { bytes, extension } = await shownImage(image.file, image.sha256);
        const file = await upload({ ...way, urgency }, bytes, `${imageName}${extension}`);
        rate.note(way.readiness.firstLookMs());
        kept.note(image, file);
        return file;
      }),
    startPicture: (key: string, picture: () => Promise<Buffer>, name: string, begin: () => Promise<void>) =>
      start(key, async () => {
        await begin();
        return upload({ ...way, urgency: 'urgent' }, await picture(), name);
      }),
  };
}
