import { bringNewest } from '../../predictions/bucket/batches.ts';
import { type Bucket, type BucketPlace, bucketAccess, openBucket } from '../../remote/bucket.ts';
import type { Settings } from '../settings.ts';

/** A bucket of the settings; throws where the variables that say how to reach it are missing. */
export function bucketAt(place: BucketPlace, environment: NodeJS.ProcessEnv, signal: AbortSignal): Bucket {
  return openBucket(place, bucketAccess(environment), signal);
}

/** What brings the newest whole batch of the bucket into the folder of batches; undefined where the settings name none. `refuseIfLost` throws where another process has taken the task over since. */
export function bringBatches(
  settings: Settings,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
  refuseIfLost: () => Promise<void>,
) {
  const { batches: folder, buckets, schedule, bucketCacheGigabytes } = settings;
  if (!buckets.batches) return undefined;
  const bucket = bucketAt(buckets.batches, environment, signal);
  const settledMs = schedule.settledMinutes * 60_000;
  const options = { bucket, folder, settledMs, keptBytes: bucketCacheGigabytes * 1e9, signal, refuseIfLost };
  return (now: Date) => bringNewest(options, now);
}
