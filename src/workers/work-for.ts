import type { Log } from '../log.ts';
import { storePlace } from '../settings/folders.ts';
import type { Settings } from '../settings/settings.ts';
import { work } from './worker.ts';

type WorkOptions = {
  readonly log: Log;
  /** Resolves when the worker is to stop. */
  readonly stopped: Promise<void>;
  /** As it was typed. */
  readonly threads?: string | undefined;
};

/**
 * What `modelpicker worker` does, until it is stopped.
 *
 * @throws where the settings name no Postgres or no workers, and when the database cannot be reached for long.
 */
export async function workFor(
  settings: Settings,
  environment: NodeJS.ProcessEnv,
  { log, stopped, threads }: WorkOptions,
): Promise<void> {
  const place = storePlace(settings, environment);
  if (!settings.workers || 'folder' in place) {
    throw new Error(`${settings.file} asks for no workers: write "workers: true" there, and a Postgres as "store".`);
  }
  const stop = new AbortController();
  stopped.then(() => stop.abort());
  const limits = threads === undefined ? {} : { workers: threadsIn(threads) };
  await work(place, { log, stop: stop.signal, limits });
}

function threadsIn(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 1_024) return count;
  throw new Error(`"${text}" is not a number of threads: write 1 or more, at most 1024.`);
}
