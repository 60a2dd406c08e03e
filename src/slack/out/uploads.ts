import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { Log } from '../../log.ts';
import { shownImage } from '../../picture/shown-image.ts';
import type { ImageFile } from '../../task/people.ts';
import { type Pace, pace, persist, whenWell } from './clients.ts';
import { keepNewest } from './forget-oldest.ts';

/** Slack's rate is 100 a minute for each of its file methods; the rest is left to pictures people wait for. */
const usualPerMinute = 92;
const atATime = 3;
const giveUpMs = 60_000;
/** What is forgotten is uploaded again when somebody asks for it; a round's budget is at most as many labels. */
const rememberedMax = 10_000;

/** Images on their way to Slack and there. */
export type Uploads = {
  /** Uploads these next, most urgent first, and forgets earlier wishes that have not begun. */
  prepare(images: readonly ImageFile[]): void;
  /** The image's file on Slack, once it can be shown. */
  fileOf(image: ImageFile): string | undefined;
  /** The image's file on Slack, waiting at most so long for it; undefined when it is not there by then. */
  waitFor(image: ImageFile, timeoutMs: number): Promise<string | undefined>;
  /** Uploads a picture somebody waits for, ahead of everything else; the same key uploads once. */
  show(key: string, picture: () => Promise<Buffer>): Promise<string | undefined>;
};

export function openUploads(client: WebClient, log: Log, perMinute = usualPerMinute): Uploads {
  const { ready, running, start } = openStarted(log);
  let wanted: ImageFile[] = [];
  const begin = pace(perMinute, 60_000);
  const look = pace(perMinute, 60_000);
  let isPumping = false;

  function startImage(image: ImageFile, urgency: Urgency): Promise<string | undefined> {
    return start(image.key, async () => {
      const { bytes, extension } = await shownImage(image.file, image.sha256);
      return upload({ client, look, urgency }, bytes, `image.${extension}`);
    });
  }

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
    isPumping = false;
  }

  return {
    prepare(images) {
      wanted = images.filter((image) => !ready.has(image.key) && !running.has(image.key));
      void pump();
    },
    fileOf: (image) => ready.get(image.key),
    waitFor(image, timeoutMs) {
      const file = ready.get(image.key);
      if (file !== undefined) return Promise.resolve(file);
      if (!running.has(image.key)) {
        void begin('urgent');
        void startImage(image, 'urgent');
      }
      return Promise.race([running.get(image.key), sleep(timeoutMs, undefined, { ref: false })]);
    },
    async show(key, picture) {
      const known = ready.get(key) ?? running.get(key);
      if (known !== undefined) return known;
      void begin('urgent');
      return start(key, async () => upload({ client, look, urgency: 'urgent' }, await picture(), 'chart.png'));
    },
  };
}

/** What was started, by key: what runs, and what came of it. A failure is logged, and may be started again. */
function openStarted(log: Log) {
  const ready = new Map<string, string>();
  const running = new Map<string, Promise<string | undefined>>();

  function start(key: string, work: () => Promise<string>): Promise<string | undefined> {
    const upload = work()
      .then((file) => {
        keepNewest(ready, key, file, rememberedMax);
        return file;
      })
      .catch((error: unknown) => {
        log('image not uploaded', { key, error: String(error) });
        return undefined;
      })
      .finally(() => {
        running.delete(key);
      });
    running.set(key, upload);
    return upload;
  }

  return { ready, running, start };
}

type Urgency = Parameters<Pace>[0];

type Way = { readonly client: WebClient; readonly look: Pace; readonly urgency: Urgency };

/** Uploads a file and returns its id once Slack can show it. Where a reply is lost it begins anew: a stray file is in nobody's way. */
function upload(way: Way, bytes: Buffer, filename: string): Promise<string> {
  return persist(() => uploadOnce(way, bytes, filename), { attempts: 3 });
}

/**
 * The file stands in no channel, and its name is neutral: a file name may give the class away.
 *
 * @see https://docs.slack.dev/messaging/working-with-files#upload
 */
async function uploadOnce(way: Way, bytes: Buffer, filename: string): Promise<string> {
  const { files } = way.client;
  const { file_id: id, upload_url: url } = await whenWell(() =>
    files.getUploadURLExternal({ filename, length: bytes.length }),
  );
  if (id === undefined || url === undefined) throw new Error('Slack gave no address to upload to.');
  await send(url, bytes);
  await whenWell(() => files.completeUploadExternal({ files: [{ id }] }));
  await untilShowable(way, id);
  return id;
}

/** Sends a file's bytes to the address Slack gave for it. */
export async function send(url: string, bytes: Buffer): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    body: new Uint8Array(bytes),
    signal: AbortSignal.timeout(20_000),
  });
  if (!response.ok) throw new Error(`Slack answered the upload with ${response.status} ${response.statusText}.`);
}

/** Slack takes blocks with a file only after it has found out what the file is. */
async function untilShowable({ client, look, urgency }: Way, id: string): Promise<void> {
  const giveUpAt = performance.now() + giveUpMs;
  for (let waitMs = 350; ; waitMs = Math.min(waitMs * 2, 5_000)) {
    await sleep(waitMs);
    await look(urgency);
    const { file } = await whenWell(() => client.files.info({ file: id }));
    if (file?.mimetype) return;
    if (performance.now() > giveUpAt) throw new Error(`Slack did not get the file ready in ${giveUpMs / 1000} s.`);
  }
}
