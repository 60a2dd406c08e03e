import { mlflowServer } from '../deploy/open-targets.ts';
import { fetchPool } from '../predictions/registry-pool.ts';
import type { Settings } from './settings.ts';
import { registryFolder } from './targets.ts';

/** The tag by which a version's file is known, everywhere. */
const SHA_TAG = 'sha256';

/** What brings the pool's folder up to date with the registry of the settings; undefined where they name none. */
export function refreshPool({ registry, data }: Settings, environment: NodeJS.ProcessEnv) {
  if (!registry) return undefined;
  const { url, names, passed } = registry;
  return (signal = new AbortController().signal) =>
    fetchPool({
      server: mlflowServer(url, environment, signal),
      names,
      passed,
      tag: SHA_TAG,
      folder: registryFolder(data),
    });
}
