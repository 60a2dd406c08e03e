import type { ModelDescription } from './model-description.ts';
import type { InputSources, InputSpec, ModelSpec } from './model-spec.ts';
import type { Output } from './output-choice.ts';

type Known = {
  /** Path below the pool's folder, without `.onnx`; of a model alone in its sub-folder, the folder's. */
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  /** Of the file and the weights stored beside it. */
  readonly sha256: string;
  readonly bytes: number;
  /** Names in the order of the outputs, where the model or its description has them. */
  readonly classes: readonly string[] | undefined;
  /** Who said what it is fed, and its classes. */
  readonly saidBy: InputSources & { readonly classes: string | undefined };
};

/** A model as its files describe it: which output is read follows when the label set is known. */
export type DescribedModel = Known & {
  readonly spec: InputSpec;
  readonly outputs: readonly Output[];
  /** Name of the output to read, where somebody says it. */
  readonly output: string | undefined;
};

/** A model whose output to read is known: it can run. */
export type PoolModel = Known & { readonly spec: ModelSpec };

/** A model that does not take part, and why. */
export type LeftOut = { readonly name: string; readonly reason: string };

/** The models of a folder, and those left out. */
export type Pool = { readonly models: readonly DescribedModel[]; readonly leftOut: readonly LeftOut[] };

/** What the bot's process asks of the one that reads the models' files. */
export type DescribeRequest = {
  readonly folder: string;
  readonly descriptions: readonly ModelDescription[];
  /** Paths below the folder that did not answer, by name of the model. */
  readonly skip: readonly string[];
};

/** What that process tells. `reading`: a sign of life, with the path it is at. */
export type DescribeReport =
  | { readonly kind: 'reading'; readonly path: string; readonly name: string }
  | { readonly kind: 'model'; readonly model: DescribedModel }
  | { readonly kind: 'left out'; readonly leftOut: LeftOut }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'done' };
