import { setTimeout as sleep } from 'node:timers/promises';
import type { ImageFile } from '../../../task/people.ts';
import type { Pace } from '../clients.ts';
import type { Outlet } from '../outlet.ts';
import { openForgetting } from './deleted.ts';
import { type FilesSetup, openFiles } from './files.ts';
import { measureRate } from './rate.ts';

/** An image takes some two seconds, most of which Slack looks at it. */
const atATime = 6;

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
  show(key: string, picture: () => Promise<Buffer>, name?: string): Promise<string | undefined>;
  /** These files are no longer shown by Slack: whoever asks for them gets them uploaded anew. */
  forget(files: readonly string[]): void;
  /** Those of these files that were deleted on Slack. They are forgotten, and so are others that wait to be shown. */
  deletedOf(files: readonly string[]): Promise<string[]>;
};

type UploadSetup = Omit<FilesSetup, 'look' | 'rate'>;

/** At the pace of the app, which other tasks may share. */
export function openUploads(out: UploadSetup, { perMinute, sharing, ...outlet }: Outlet['uploads']): Uploads {
  outlet.remember(out.kept.earlierAgoMs);
  const begin: Pace = (urgency) => outlet.begin(urgency).then(() => out.kept.noteCall('uploads'));
  const look: Pace = (urgency) => outlet.look(urgency).then(() => out.kept.noteCall('looks'));
  const rate = measureRate(perMinute, out.log);
  const { ready, running, fileOf, startImage, startPicture } = openFiles({ ...out, look, rate });
  let wished: readonly ImageFile[] = [];
  let wanted: ImageFile[] = [];
  let isPumping = false;

  /** Waits for its turn first and takes the most urgent image then: wishes may have changed meanwhile. */
  async function pump(): Promise<void> {
    if (isPumping) return;
    isPumping = true;
    rate.work();
    while (wanted.length > 0) {
      while (running.size >= atATime) await Promise.race(running.values());
      await begin('unhurried');
      const image = wanted.shift();
      if (image !== undefined && fileOf(image) === undefined && !running.has(image.key))
        void startImage(image, 'unhurried');
    }
    rate.rest();
    isPumping = false;
  }

  function prepare(images: readonly ImageFile[]): void {
    wished = images;
    wanted = images.filter((image) => fileOf(image) === undefined && !running.has(image.key));
    if (wanted.length > 0) sharing.note(rate);
    void pump();
  }

  const { forget, deletedOf } = openForgetting({
    ...{ client: out.client, look, ready, kept: out.kept },
    wished: () => wished,
    onLookedAfter: () => prepare(wished),
  });

  return {
    prepare,
    // What was measured may be of a time when nobody else uploaded.
    perMinute: () => Math.min(rate.perMinute(), Math.floor(perMinute / sharing.count())),
    fileOf,
    waitFor(image, timeoutMs) {
      const file = fileOf(image);
      if (file !== undefined) return Promise.resolve(file);
      const uploading = running.get(image.key) ?? startImage(image, 'urgent', () => begin('urgent'));
      return Promise.race([uploading, sleep(timeoutMs, undefined, { ref: false })]);
    },
    async show(key, picture, name = 'chart.png') {
      const known = ready.get(key) ?? running.get(key);
      if (known !== undefined) return known;
      return startPicture(key, picture, name, () => begin('urgent'));
    },
    forget,
    deletedOf,
  };
}
