import type { Job } from './protocol.ts';

/** A model that could not run, and what it did. */
export type BadModel = { readonly name: string; readonly reason: string };

/**
 * The promise about what runs models: every model of the job says its class and score for every image into the job's
 * folder of results, where `collect` reads them; what is there already is not computed again. An image that does not
 * decode is noted there with its reason.
 *
 * @param onProgress told how many cells (a model on a block of images) of how many are done, those of earlier runs included;
 * and where other machines do it, how many workers there are.
 * @param onSpeed told a model's milliseconds an image, on one core, when it is done.
 * @returns the models that are left out; the others answered.
 * @throws when the job itself fails, or the signal aborts.
 */
export type Runner = (
  job: Job,
  onProgress: (cells: number, of: number, workers?: number) => void,
  signal?: AbortSignal,
  onSpeed?: (name: string, msPerImage: number) => void,
) => Promise<BadModel[]>;
