import { existsSync } from 'node:fs';
import { fingerprintOf } from '../deploy/model-files.ts';
import { type Log, openNews } from '../log.ts';
import { withoutDevice } from '../predictions/onnx/devices/devices.ts';
import type { Asking } from '../store/postgres/work/pool.ts';
import { readRun } from '../store/postgres/work/runs.ts';
import type { KnownRun } from './do-part.ts';
import { release } from './release.ts';
import type { WorkJob } from './work-job.ts';

/** The runs that are open, as this machine sees them. */
export type KnownRuns = {
  /** Gets to know these. False, and said once, where the images or models of one are not what the bot sees: then no part is taken. */
  see(open: readonly number[]): Promise<boolean>;
  known(run: number): KnownRun | undefined;
};

/** Knows none yet. */
export function openKnownRuns(asking: Asking, log: Log): KnownRuns {
  const news = openNews(log);
  const runs = new Map<number, KnownRun>();
  return {
    known: (run) => runs.get(run),
    async see(open) {
      for (const run of runs.keys()) if (!open.includes(run)) runs.delete(run);
      for (const id of open) {
        if (runs.has(id)) continue;
        const { job, ...run } = await readRun(asking, id);
        // Written by the bot's own `runOf`.
        const known = { ...run, job: job as WorkJob };
        const trouble = await whyUnseen(known.job);
        if (trouble !== undefined) {
          news.tell('waiting for what the bot sees to be here, too', { trouble });
          return false;
        }
        runs.set(id, known);
      }
      return true;
    },
  };
}

/** Bots before this check did not say which they are. */
type ToSee = Pick<WorkJob, 'batch' | 'models'> & Partial<Pick<WorkJob, 'release'>>;

/** What is not here, or not the same; undefined where all is. */
async function whyUnseen({ batch, models, release: bots = 'an older release' }: ToSee): Promise<string | undefined> {
  if (bots !== release) return `the bot is ${bots}, and this worker ${release}: install the same here`;
  if (!existsSync(batch)) return `there is no folder ${batch}: mount it here at the same path`;
  for (const { file, sha256 } of models) {
    const found = await fingerprintOf(file).catch((error: Error) => error);
    if (found instanceof Error) return `${file} cannot be read (${found.message}): mount it here at the same path`;
    if (found !== sha256) return `${file} is another file here than where the bot runs`;
  }
  const [without] = await withoutDevice(models);
  return without && `${without.name}: ${without.reason}`;
}
