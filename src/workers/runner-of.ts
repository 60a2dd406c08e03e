import type { Log } from '../log.ts';
import type { Runner } from '../predictions/onnx/run/runner.ts';
import { storePlace } from '../settings/folders.ts';
import type { Settings } from '../settings/settings.ts';

/** What runs the models where the settings say that workers do; what speaks with them is loaded with the first batch. */
export function runnerOf(settings: Settings, environment: NodeJS.ProcessEnv, log: Log): Runner | undefined {
  if (!settings.workers) return undefined;
  const place = storePlace(settings, environment);
  if ('folder' in place) return undefined;
  return async (...asked) => {
    const { overQueue } = await import('./over-queue.ts');
    return overQueue(place, { log })(...asked);
  };
}
