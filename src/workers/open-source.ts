import type { Log } from '../log.ts';
import { type OnnxSourceRequest, onnxSource } from '../predictions/onnx/onnx-source.ts';
import type { Runner } from '../predictions/onnx/run/runner.ts';
import type { Source } from '../predictions/source.ts';
import { modelsFolder, predictionsFolder, storePlace } from '../settings/folders.ts';
import type { Settings } from '../settings/settings.ts';
import type { OverQueueOptions } from './over-queue.ts';

type SourceParts = {
  readonly environment: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Brings the folder of models up to date. */
  readonly refresh: OnnxSourceRequest['refresh'];
} & Pick<OnnxSourceRequest, 'refuseIfLost'>;

/** The models of the settings, run here or by workers; what they said is kept per batch below the data folder. */
export function openSource(
  settings: Settings,
  { environment, log, signal, refresh, refuseIfLost }: SourceParts,
): Source {
  const { descriptions, classes, gate } = settings;
  const run = runnerOf(settings, environment, { log, refuseIfLost });
  const source = onnxSource({
    ...(refresh && { refresh }),
    ...(run && { run }),
    ...{ models: modelsFolder(settings), descriptions, signal, refuseIfLost },
    ...(classes && { classes }),
    ...(gate !== undefined && { gate }),
    resultsOf: (batch) => predictionsFolder(settings, batch),
  });
  // What was stopped is not a failure that anybody has to hear of.
  const unlessStopped = (error: Error) => (signal.aborted ? new Promise<never>(() => {}) : Promise.reject(error));
  return { ...source, predict: (...wanted) => source.predict(...wanted).catch(unlessStopped) };
}

/** What runs the models where the settings say that workers do; what speaks with them is loaded with the first batch. */
function runnerOf(settings: Settings, environment: NodeJS.ProcessEnv, options: OverQueueOptions): Runner | undefined {
  if (!settings.workers) return undefined;
  const place = storePlace(settings, environment);
  if ('folder' in place) return undefined;
  return async (...asked) => {
    const { overQueue } = await import('./over-queue.ts');
    return overQueue(place, options)(...asked);
  };
}

/** What removes the answers of workers that are kept in the Postgres of the settings, from before a moment; loaded when it is asked. */
export function forgetWorkOf(settings: Settings, environment: NodeJS.ProcessEnv) {
  const place = storePlace(settings, environment);
  if ('folder' in place) return undefined;
  return async (before: Date): Promise<readonly string[]> => {
    const { openWorkPool } = await import('../store/postgres/work/pool.ts');
    const { forgetRuns } = await import('../store/postgres/work/forget.ts');
    const pool = await openWorkPool(place.address, `modelpicker ${place.task}`);
    return forgetRuns(pool, place.task, before).finally(() => pool.end());
  };
}
