import { fingerprintOf } from '../deploy/model-files.ts';
import { fetchPool } from '../predictions/registry-pool.ts';
import { mlflowCredentials } from '../remote/credentials.ts';
import { registryFolder } from './folders.ts';
import type { Settings } from './settings.ts';

/** The tag by which a version's file is known, everywhere. */
const SHA_TAG = 'sha256';

/**
 * What brings the pool's folder up to date with the registry of the settings; undefined where they name none. What has left
 * is kept unless whoever has the facts says that it is not needed.
 */
export function refreshPool(
  settings: Settings,
  environment: NodeJS.ProcessEnv,
  isNeeded: (model: string) => Promise<boolean> = async () => true,
) {
  const { registry } = settings;
  if (!registry) return undefined;
  const { url, names, passed } = registry;
  const credentials = mlflowCredentials(registry, environment);
  return (signal = new AbortController().signal) =>
    fetchPool({
      server: { url, signal, ...credentials },
      names,
      passed,
      tag: SHA_TAG,
      folder: registryFolder(settings),
      ...{ fingerprintOf, isNeeded },
    });
}
