import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { Log } from '../../log.ts';
import { shownImage } from '../../picture/shown-image.ts';
import type { ImageFile } from '../../task/people.ts';
import type { Alarm } from './alarm.ts';
import { type Pace, pace } from './clients.ts';
import { keepNewest } from './forget-oldest.ts';
import { type MeasuredRate, measureRate } from './rate.ts';
import { learnReadiness } from './readiness.ts';
import { isRefusal } from './refusals.ts';
import { imageName, upload } from './upload.ts';

/** Slack's rate is 100 a minute for each of its file methods; the rest is left to pictures people wait for. */
const usualPerMinute = 92;
/** For what people wait for, and for a file that needs a second look. */
const spare = 6;
/** An image takes some two seconds, most of which Slack looks at it. */
const atATime = 6;
/** What is forgotten is uploaded again when somebody asks for it; a round's budget is at most as many labels. */
const rememberedMax = 10_000;
/** Where Slack takes no files at all, it is asked again after this. */
const refusedForMs = 30_000;
/** Images on their way to Slack and there. */
export type Uploads = {
  /** Uploads these next, most urgent first, and forgets earlier wishes that have not begun. */
  prepare(images: readonly ImageFile[]): void;
  /** How many images reach Slack in a minute, as measured lately. */
  perMinute(): number;
  /** The image's file on Slack, once it can be shown. */
  fileOf(image: ImageFile): string | undefined;
  /** The image's file on Slack, waiting at most so long for it; undefined when it is not there by then. */
  waitFor(image: ImageFile, timeoutMs: number): Promise<string | undefined>;
  /** Uploads a picture somebody waits for, ahead of everything else; the same key uploads once. */
  show(key: string, picture: () => Promise<Buffer>): Promise<string | undefined>;
  /** These files are no longer shown by Slack: whoever asks for them gets them uploaded anew. */
  forget(files: readonly string[]): void;
};

type UploadSetup = {
  readonly client: WebClient;
  readonly log: Log;
  readonly alarm: Alarm;
  readonly perMinute?: number | undefined;
};

export function openUploads(setup: UploadSetup): Uploads {
  const { perMinute = usualPerMinute } = setup;
  const rate = measureRate(perMinute, setup.log);
  const { ready, running, startImage, startPicture } = openStarter(setup, rate);
  let wanted: ImageFile[] = [];
  const begin = pace(perMinute, 60_000, spare);
  let isPumping = false;

  /** Waits for its turn first and takes the most urgent image then: wishes may have changed meanwhile. */
  async function pump(): Promise<void> {
    if (isPumping) return;
    isPumping = true;
    while (wanted.length > 0) {
      while (running.size >= atATime) await Promise.race(running.values());
      await begin('unhurried');
      const image = wanted.shift();
      if (image !== undefined && !ready.has(image.key) && !running.has(image.key)) void startImage(image, 'unhurried');
    }
    rate.rest();
    isPumping = false;
  }

  return {
    prepare(images) {
      wanted = images.filter((image) => !ready.has(image.key) && !running.has(image.key));
      void pump();
    },
    perMinute: rate.perMinute,
    fileOf: (image) => ready.get(image.key),
    waitFor(image, timeoutMs) {
      const file = ready.get(image.key);
      if (file !== undefined) return Promise.resolve(file);
      const uploading = running.get(image.key) ?? startImage(image, 'urgent', () => begin('urgent'));
      return Promise.race([uploading, sleep(timeoutMs, undefined, { ref: false })]);
    },
    async show(key, picture) {
      const known = ready.get(key) ?? running.get(key);
      if (known !== undefined) return known;
      return startPicture(key, picture, () => begin('urgent'));
    },
    forget(files) {
      const gone = new Set(files);
      for (const [key, file] of ready) if (gone.has(file)) ready.delete(key);
    },
  };
}

/** Starts single uploads, and knows what is there and what is on its way. */
function openStarter({ client, log, alarm, perMinute = usualPerMinute }: UploadSetup, rate: MeasuredRate) {
  const ready = new Map<string, string>();
  const running = new Map<string, Promise<string | undefined>>();
  const way = { client, look: pace(perMinute, 60_000, spare), readiness: learnReadiness() };
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
        if (isRefusal(error)) refusedUntil = performance.now() + refusedForMs;
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
    startImage: (image: ImageFile, urgency: Urgency, begin = async () => {}) =>
      start(image.key, async () => {
        await begin();
        const { bytes, extension } = await shownImage(image.file, image.sha256);
        const file = await upload({ ...way, urgency }, bytes, `${imageName}${extension}`);
        rate.note(way.readiness.firstLookMs());
        return file;
      }),
    startPicture: (key: string, picture: () => Promise<Buffer>, begin: () => Promise<void>) =>
      start(key, async () => {
        await begin();
        return upload({ ...way, urgency: 'urgent' }, await picture(), 'chart.png');
      }),
  };
}

type Urgency = Parameters<Pace>[0];
