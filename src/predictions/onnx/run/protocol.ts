import type { BatchImage } from '../../list-images.ts';
import type { PoolModel } from '../describe/described-model.ts';
import type { ModelSpec } from '../describe/model-spec.ts';

/** Stands in a block for an image that could not be decoded. */
export const NO_IMAGE = -2;

/** File in the results' folder with a line of `{ file, sha256, reason }` for each image that did not decode. */
export const SET_ASIDE = 'set-aside.jsonl';

/** What the bot's process asks of its child. */
export type Job = {
  readonly models: readonly PoolModel[];
  /** Absolute folder the images' paths start at. */
  readonly batch: string;
  readonly images: readonly BatchImage[];
  /** Images per block: what is computed, kept and, after a kill, lost at once. */
  readonly blockSize: number;
  /** SHA-256 over the images' own. */
  readonly imagesKey: string;
  /** Class of the label set for each output of each model; `undefined` where they are in the same order. */
  readonly classMaps: readonly (readonly number[] | undefined)[];
  readonly classCount: number;
  readonly results: string;
  readonly workers: number;
  readonly memoryMax: number;
  readonly blockTimeoutMs: number;
  readonly silenceMaxMs: number;
};

/** Names what a model's cells hold, so that a changed model, specification, label set or image is computed anew. */
export function cellsKey({ models, classMaps, classCount, imagesKey, blockSize }: Job, model: number): string {
  const { sha256, spec } = models[model]!;
  return JSON.stringify([sha256, spec, classMaps[model] ?? null, classCount, imagesKey, blockSize]);
}

/** What the child tells. `running`: the models at work, so that a crash has suspects. */
export type RunReport =
  | { readonly kind: 'progress'; readonly cells: number; readonly of: number }
  | { readonly kind: 'running'; readonly tasks: readonly Suspect[] }
  | { readonly kind: 'bad model'; readonly name: string; readonly reason: string }
  /** Of a model that is done, at its best, without opening it. */
  | { readonly kind: 'speed'; readonly name: string; readonly msPerImage: number }
  /** About to end itself because a model takes too long or too much memory. */
  | { readonly kind: 'giving up'; readonly tasks: readonly Suspect[]; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string }
  /** Told again and again, so that a process that stands still is noticed. */
  | { readonly kind: 'alive' }
  | { readonly kind: 'done' };

/** A model at work on a block. */
export type Suspect = { readonly model: string; readonly block: number };

/** To a worker thread: one model on one block. */
export type BlockTask = {
  /** The model's. */
  readonly name: string;
  /** Where its session is not open yet: copying this for each of many small blocks would show. */
  readonly toOpen: ToOpen | undefined;
  /** Models whose sessions are to be closed first, by name. */
  readonly close: readonly string[];
  readonly inputs: SharedArrayBuffer;
  readonly count: number;
};

export type ToOpen = {
  readonly file: string;
  readonly spec: ModelSpec;
  readonly classMap: readonly number[] | undefined;
  readonly classCount: number;
};

/** Of each image of a block: its class, and its score as a probability in 1/65535. */
export type Answers = { readonly classes: Int16Array; readonly scores: Uint16Array };

export type BlockReply =
  | ({ readonly kind: 'answers'; readonly msPerImage: number } & Answers)
  /** The model is to blame, and its session is closed. */
  | { readonly kind: 'bad model'; readonly reason: string };
