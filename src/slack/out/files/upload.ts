import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { type Pace, persist, whenWell } from '../clients.ts';
import type { Readiness } from './readiness.ts';

/** How an upload goes: over which client, looked after at which pace, and how soon Slack is usually done with a file. */
export type Way = {
  readonly client: WebClient;
  readonly look: Pace;
  readonly readiness: Readiness;
  readonly urgency: Parameters<Pace>[0];
};

/** How the names of images to label begin; by it they are found again when they are old. */
export const imageName = 'image.';

const giveUpMs = 60_000;
/** Between two looks at a file that took longer than usual. */
const againMs = { urgent: 400, unhurried: 500 };

/** Uploads a file and returns its id once Slack can show it. Where a reply is lost it begins anew: a stray file is in nobody's way. */
export function upload(way: Way, bytes: Buffer, filename: string): Promise<string> {
  return persist(() => uploadOnce(way, bytes, filename), { attempts: 3 });
}

/**
 * The file stands in no channel, and its name is neutral: a file name may give the class away.
 *
 * @see https://docs.slack.dev/messaging/working-with-files#upload
 */
async function uploadOnce(way: Way, bytes: Buffer, filename: string): Promise<string> {
  const id = await sendFile(way.client, bytes, filename);
  const isReady = await completeUpload(way.client, { id });
  if (!isReady) await untilShowable(way, id);
  return id;
}

/** Announces a file and sends its bytes; gives the id that completes it. */
export async function sendFile({ files }: WebClient, bytes: Buffer, filename: string): Promise<string> {
  const { file_id: id, upload_url: url } = await whenWell(() =>
    files.getUploadURLExternal({ filename, length: bytes.length }),
  );
  if (id === undefined || url === undefined) throw new Error('Slack gave no address to upload to.');
  const response = await fetch(url, {
    method: 'POST',
    body: new Uint8Array(bytes),
    signal: AbortSignal.timeout(20_000),
  });
  if (!response.ok) throw new Error(`Slack answered the upload with ${response.status} ${response.statusText}.`);
  return id;
}

const Completed = z.object({ files: z.array(z.object({ mimetype: z.string().optional() })).min(1) });

/**
 * Puts the file into place; true when Slack says by its answer that it has looked at it already. Where Slack could not
 * update the file, this call is repeated and nothing else (python-slack-sdk #1730).
 */
export async function completeUpload(
  { files }: WebClient,
  file: { id: string; title?: string },
  where: { channel_id: string } | Record<never, never> = {},
): Promise<boolean> {
  const answer = await whenWell(() => files.completeUploadExternal({ files: [file], ...where }), {
    again: ['file_update_failed'],
  });
  const completed = Completed.safeParse(answer);
  return completed.success && Boolean(completed.data.files[0]?.mimetype);
}

/** Slack takes blocks with a file only after it has found out what the file is. */
async function untilShowable({ client, look, readiness, urgency }: Way, id: string): Promise<void> {
  const beganAt = performance.now();
  await sleep(readiness.firstLookMs());
  for (let looks = 1; ; looks++) {
    await look(urgency);
    const { file } = await whenWell(() => client.files.info({ file: id }));
    if (file?.mimetype) return readiness.note(looks, performance.now() - beganAt);
    if (performance.now() - beganAt > giveUpMs) {
      throw new Error(`Slack did not get the file ready in ${giveUpMs / 1000} s.`);
    }
    await sleep(Math.min(againMs[urgency] * looks, 5_000));
  }
}
