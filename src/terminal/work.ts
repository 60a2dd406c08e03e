import { basename } from 'node:path';
import { storePlace } from '../settings/folders.ts';
import type { Settings } from '../settings/settings.ts';
import { sentences } from '../slack/say/sentences.ts';

/** Where the workers of a task stand, in a line; none where the settings ask for none. Loads what speaks with a Postgres only then. */
export async function describeWork(settings: Settings, environment: NodeJS.ProcessEnv): Promise<string[]> {
  const place = storePlace(settings, environment);
  if (!settings.workers || 'folder' in place) return [];
  const { openWorkPool } = await import('../store/postgres/work/pool.ts');
  const { readWorkProgress } = await import('../store/postgres/work/progress.ts');
  const pool = await openWorkPool(place.address, `modelpicker status of ${place.task}`);
  try {
    const { workers, run } = await readWorkProgress(pool, place.task);
    if (!run) return [sentences.status.workersWait(workers)];
    const { batch, images: of, done, perSecond } = run;
    const secondsLeft = perSecond > 0 ? (of - done) / perSecond : undefined;
    const rate = perSecond > 0 ? { perSecond } : {};
    const left = secondsLeft === undefined ? {} : { secondsLeft };
    return [
      sentences.status.running({ batch: basename(batch), done: Math.floor(done), of, workers, ...rate, ...left }),
    ];
  } finally {
    await pool.end();
  }
}
