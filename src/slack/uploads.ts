import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { ImageFile } from '../channel.ts';
import { type Log, pace, persist } from './clients.ts';
import { presentable } from './presentable.ts';

/** Slack's rate is 100 a minute for each of its file methods; the rest is left to pictures people wait for. */
const perMinute = 85;
const atATime = 3;
const giveUpMs = 60_000;

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

export function openUploads(client: WebClient, log: Log): Uploads {
  const ready = new Map<string, string>();
  const running = new Map<string, Promise<string | undefined>>();
  let wanted: ImageFile[] = [];
  const unhurried = {
    begin: pace(perMinute, 60_000),
    complete: pace(perMinute, 60_000),
    look: pace(perMinute, 60_000),
  };
  const atOnce = { begin: noWait, complete: noWait, look: noWait };

  function start(key: string, work: () => Promise<string>): Promise<string | undefined> {
    const upload = work()
      .then((file) => {
        ready.set(key, file);
        return file;
      })
      .catch((error: unknown) => {
        log('image not uploaded', { key, error: String(error) });
        return undefined;
      })
      .finally(() => {
        running.delete(key);
        startNext();
      });
    running.set(key, upload);
    return upload;
  }

  function startImage(image: ImageFile, paces: Paces): Promise<string | undefined> {
    return start(image.key, async () => {
      const { bytes, extension } = await presentable(image.file);
      return upload(client, bytes, `image.${extension}`, paces);
    });
  }

  function startNext(): void {
    while (running.size < atATime) {
      const image = wanted.shift();
      if (image === undefined) return;
      if (!ready.has(image.key) && !running.has(image.key)) void startImage(image, unhurried);
    }
  }

  return {
    prepare(images) {
      wanted = images.filter((image) => !ready.has(image.key));
      startNext();
    },
    fileOf: (image) => ready.get(image.key),
    waitFor(image, timeoutMs) {
      const file = ready.get(image.key);
      if (file !== undefined) return Promise.resolve(file);
      const upload = running.get(image.key) ?? startImage(image, atOnce);
      return Promise.race([upload, sleep(timeoutMs, undefined, { ref: false })]);
    },
    async show(key, picture) {
      return (
        ready.get(key) ??
        running.get(key) ??
        start(key, async () => upload(client, await picture(), 'chart.png', atOnce))
      );
    },
  };
}

type Paces = Record<'begin' | 'complete' | 'look', () => Promise<void>>;

async function noWait(): Promise<void> {}

/**
 * Uploads a file that stands in no channel and returns its id once Slack can show it.
 * The name is neutral: a file name may give the class away.
 *
 * @see https://docs.slack.dev/messaging/working-with-files#upload
 */
async function upload(client: WebClient, bytes: Buffer, filename: string, paces: Paces): Promise<string> {
  const { id, url } = await persist(
    async () => {
      await paces.begin();
      const { file_id, upload_url } = await client.files.getUploadURLExternal({ filename, length: bytes.length });
      if (file_id === undefined || upload_url === undefined) throw new Error('Slack gave no address to upload to.');
      return { id: file_id, url: upload_url };
    },
    { attempts: 4 },
  );
  await persist(() => send(url, bytes), { attempts: 3 });
  await persist(
    async () => {
      await paces.complete();
      await client.files.completeUploadExternal({ files: [{ id }] });
    },
    { attempts: 4 },
  );
  await untilShowable(client, id, paces);
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
async function untilShowable(client: WebClient, id: string, paces: Paces): Promise<void> {
  const giveUpAt = performance.now() + giveUpMs;
  for (let waitMs = 350; ; waitMs = Math.min(waitMs * 2, 5_000)) {
    await sleep(waitMs);
    const { file } = await persist(
      async () => {
        await paces.look();
        return client.files.info({ file: id });
      },
      { attempts: 4 },
    );
    if (file?.mimetype) return;
    if (performance.now() > giveUpAt) throw new Error(`Slack did not get the file ready in ${giveUpMs / 1000} s.`);
  }
}
