import type { PredictionMatrix } from '../method/predictions.ts';

/** A folder of images that has fully arrived. */
export type Batch = { readonly name: string; readonly folder: string };

/**
 * `sha256` is of the file; of a model whose predictions came with the batch, which has no file, of what it said. `msPerImage`:
 * how long it took for one, where it ran through the batch in one go. `classes`: its own order of them, where that is not
 * the label set's. `fed`: for whoever serves it; nobody here reads it. `providers`: what it ran on, where that is not the
 * processor alone.
 */
export type PredictingModel = {
  readonly name: string;
  readonly file?: string | undefined;
  readonly sha256: string;
  readonly msPerImage?: number | undefined;
  readonly classes?: readonly string[] | undefined;
  readonly fed?: Readonly<Record<string, unknown>> | undefined;
  readonly providers?: readonly string[] | undefined;
};

/** What the whole pool said about a batch: written once, read at every start. */
export type Predicted = {
  readonly classes: readonly string[];
  /** Relative to the batch's folder, in the order of the matrix. */
  readonly images: readonly { readonly file: string; readonly sha256: string }[];
  readonly setAside: readonly { readonly file: string; readonly reason: string }[];
  readonly models: readonly PredictingModel[];
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
  readonly predictions: PredictionMatrix;
};

/**
 * `done` of `of` images through all `models`, `perSecond` of them; the unknown is said once it can be estimated. `workers`:
 * how many processes elsewhere run the models, where that is not this machine.
 */
export type PredictProgress = {
  readonly done: number;
  readonly of: number;
  readonly models: number;
  readonly workers?: number;
  readonly perSecond: number | undefined;
  readonly secondsLeft: number | undefined;
};

/** The promise about where predictions come from. */
export type Source = {
  /** What every model says about the batch, worked out beside this process; killed at any point it goes on from there. */
  predict(batch: Batch, onProgress: (progress: PredictProgress) => void): Promise<Predicted>;
  /** What an earlier `predict` wrote for this batch; throws when it is gone or damaged. */
  recall(batch: string): Promise<Predicted>;
};
