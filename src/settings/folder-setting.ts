import { join } from 'node:path';
import { z } from 'zod';
import { type BucketPlace, bucketPlace } from '../remote/bucket.ts';

/** A folder, or `s3://bucket/prefix`. */
export const FolderSetting = z.string().refine((text) => !/^s3:/i.test(text) || bucketPlace(text) !== undefined, {
  error: ({ input }) => `"${input}" is not the address of a bucket: write s3://bucket or s3://bucket/folder`,
});

/** Which of the folders are copies of what a bucket holds. */
export type Buckets = { readonly batches?: BucketPlace; readonly models?: BucketPlace };

/** Folders of batches and models, where they are named: as the settings say, or copies of a bucket below the data folder. */
export function placedFolders<Named extends { readonly batches: string; readonly models?: string }>(
  named: Named,
  data: string,
  inFolder: (relative: string) => string,
) {
  const folderOf = (what: 'batches' | 'models', text: string) =>
    bucketPlace(text) ? join(data, 's3', what) : inFolder(text);
  const batches = bucketPlace(named.batches);
  const models = named.models === undefined ? undefined : bucketPlace(named.models);
  return {
    batches: folderOf('batches', named.batches),
    ...(named.models !== undefined && { models: folderOf('models', named.models) }),
    buckets: { ...(batches && { batches }), ...(models && { models }) } satisfies Buckets,
  };
}
