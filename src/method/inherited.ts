import type { Gaussian } from './gaussian.ts';

/** What a day may start from: which of the beliefs foretells its answers best is learned from them. */
export type Inherited = {
  /** Beliefs about the votes, that of somebody who knows nothing of yesterday last, and the chance of each. */
  readonly weights: readonly { readonly weights: Gaussian; readonly chance: number }[];
  /** `people[scenario]`: belief in each scenario of how people err. */
  readonly people: Float64Array;
  /** Log odds that a person clicks at random, by annotator; of nobody where only people as a whole are taken over. */
  readonly odds: ReadonlyMap<string, number>;
};
