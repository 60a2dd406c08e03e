import { once } from 'node:events';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { predictionsFrom } from '../from-file.ts';
import type { KeptPredictions } from '../kept.ts';
import { type ImageList, type listImages, PREDICTIONS_FILES } from '../list-images.ts';

/** What is read in a thread of its own, and with what it is called. */
export type ReadingJob =
  | { readonly kind: 'images'; readonly asked: Parameters<typeof listImages> }
  | { readonly kind: 'predictions'; readonly asked: Parameters<typeof predictionsFrom> };

/** `problem`: what an `Error` said. */
export type ReadingDone = { readonly found: unknown } | { readonly problem: string };

/** `listImages` beside everything else: files of a large batch are opened and hashed for a second or more. */
export function listImagesAside(...asked: Parameters<typeof listImages>): Promise<ImageList> {
  return readAside<ImageList>({ kind: 'images', asked });
}

/** `predictionsFrom` beside everything else: a large batch's table is millions of cells, and people click meanwhile. */
export async function predictionsAside(
  ...asked: Parameters<typeof predictionsFrom>
): Promise<KeptPredictions | undefined> {
  const [folder, { images, setAside }] = asked;
  const isThere = (name: string) => lstat(join(folder, name)).then(Boolean, () => false);
  if (!(await Promise.all(PREDICTIONS_FILES.map(isThere))).includes(true)) return undefined;
  const found = await readAside<Omit<KeptPredictions, keyof ImageList> | undefined>({ kind: 'predictions', asked });
  return found && { ...found, images, setAside };
}

/** The answer to a job is of its kind. */
async function readAside<Found>(job: ReadingJob): Promise<Found> {
  const thread = new Worker(new URL('./reading-thread.ts', import.meta.url), { workerData: job });
  // A thread that dies, as of too little memory, rejects with the reason.
  const [done] = (await once(thread, 'message')) as [ReadingDone];
  if ('problem' in done) throw new Error(done.problem);
  return done.found as Found;
}
