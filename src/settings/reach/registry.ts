import { fingerprintOf } from '../../deploy/model-files.ts';
import { fetchBucketPool } from '../../predictions/bucket/pool.ts';
import { listModels } from '../../predictions/onnx/describe/list-models.ts';
import { fetchPool } from '../../predictions/registry-pool.ts';
import { mlflowCredentials } from '../../remote/credentials.ts';
import { modelsFolder, registryFolder } from '../folders.ts';
import type { Settings } from '../settings.ts';
import { bucketAt } from './buckets.ts';

/** The tag by which a version's file is known, everywhere. */
const SHA_TAG = 'sha256';

/**
 * What brings the pool's folder up to date with the registry, or the bucket, of the settings; undefined where they name none. What
 * has left a registry is kept unless whoever has the facts says that it is not needed.
 */
export function refreshPool(
  settings: Settings,
  environment: NodeJS.ProcessEnv,
  isNeeded: (model: string) => Promise<boolean> = async () => true,
) {
  const { registry, buckets, models } = settings;
  const place = buckets.models;
  if (place) {
    return (signal = new AbortController().signal) => fetchBucketPool(bucketAt(place, environment, signal), models!);
  }
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

/** Names of the models in the pool's folder; none where each batch brings its predictions itself. */
export async function poolNames(settings: Settings): Promise<string[]> {
  const models = modelsFolder(settings);
  return models === undefined ? [] : (await listModels(models)).map(({ name }) => name);
}
