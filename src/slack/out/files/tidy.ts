import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Log } from '../../../log.ts';
import { whenWell } from '../clients.ts';
import { imageName } from './upload.ts';

/** Slack itself remembers what the bot has uploaded, so nothing has to be kept about it here. */
const Listed = z.object({ files: z.array(z.object({ id: z.string(), name: z.string().nullish() })) });

const everyMs = 6 * 3_600_000;
/** Slack takes 50 deletions a minute. */
const pauseMs = 1_500;
const perPage = 100;

/**
 * Deletes images that people were asked about so many days ago: a workspace on the free plan has 5 GB for everybody. The
 * leaderboards under announcements stay, and so do exports. Returns the way to stop.
 */
export function startTidying(
  setup: { client: WebClient; botUserId: string; keepDays: number; log: Log },
  forget: (files: readonly string[]) => void,
): () => void {
  const { keepDays, log } = setup;
  if (keepDays === 0) return () => {};
  const stopping = new AbortController();
  async function tidyNowAndThen(): Promise<void> {
    while (!stopping.signal.aborted) {
      await tidy(setup, forget, stopping.signal).catch((error: unknown) =>
        log('old images not deleted, will try again', { error: String(error) }),
      );
      await sleep(everyMs, undefined, { ref: false, signal: stopping.signal }).catch(() => undefined);
    }
  }
  void tidyNowAndThen();
  return () => stopping.abort();
}

async function tidy(
  { client, botUserId, keepDays, log }: Parameters<typeof startTidying>[0],
  forget: (files: readonly string[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const before = Math.floor(Date.now() / 1000) - keepDays * 86_400;
  let deleted = 0;
  let kept = 0;
  while (!signal.aborted) {
    const page = Math.floor(kept / perPage) + 1;
    const answer = await whenWell(() =>
      client.files.list({ user: botUserId, ts_to: String(before), count: perPage, page }),
    );
    const { files } = Listed.parse(answer);
    const old = files.filter(({ name }) => name?.startsWith(imageName));
    for (const { id } of old) {
      if (signal.aborted) return;
      await whenWell(() => client.files.delete({ file: id }));
      forget([id]);
      deleted += 1;
      await sleep(pauseMs, undefined, { ref: false });
    }
    kept += files.length - old.length;
    if (files.length < perPage) break;
  }
  if (deleted > 0) log('old images deleted', { images: deleted, olderThanDays: keepDays });
}
