import type { Assumptions } from '../method/constants.ts';
import type { PredictionMatrix } from '../method/predictions.ts';

/** A way to choose what to ask, playing one pool. */
export type Strategy = {
  /** The image to ask about now; `undefined` when it wants no more labels. */
  next(): number | undefined;
  /** Takes the label of the image `next` gave, and whose it is; `null` when nobody can label it, or not again. */
  learn(image: number, label: number | null, annotator: string): void;
  /** The model it would choose now. */
  leader(): number;
  /** Whether no label can change its mind any more. */
  isFinal(): boolean;
  /** How sure it is that the leader is the best, give or take a fraction of the pool; `undefined` if it cannot say. */
  confidence(tolerance: number): number | undefined;
  /** What share of the pool it thinks the leader gets right, and the standard deviation of that; absent if it cannot say. */
  accuracy?(): { readonly mean: number; readonly deviation: number };
};

/** Everything a strategy may know and be told. */
export type Setting = {
  readonly matrix: PredictionMatrix;
  /** People that may be asked about one image. */
  readonly opinions: number;
  /** What our method takes for granted, to try others. */
  readonly assumptions?: Assumptions;
  /** Model Selector's guess of the best model's error rate. */
  readonly epsilon: number;
  /** Fixes the luck of strategies that toss coins. */
  readonly seed: number;
};
