import type { Hits } from './chance.ts';

/** How many more labels it takes until labeling ends: more often between the two than not. */
export type ToGo = { readonly low: number; readonly high: number };

/** What the method makes of a round's answers; indices are those of the round's models and images. */
export type View = {
  readonly leader: number;
  readonly tiedWithLeader: readonly number[];
  readonly runnerUp: number | undefined;
  /** Probability that no model is better than the leader, and that none is by more than the round's tolerance. */
  readonly confidenceBest: number;
  readonly confidenceWithin: number;
  /** The strongest claim that has held long enough to be announced. */
  readonly sure: 'best' | 'within tolerance' | undefined;
  /** Expected share of the batch each model gets right, its standard deviation, and its chance to be the best. */
  readonly accuracy: readonly number[];
  readonly accuracySd: readonly number[];
  readonly chanceBest: readonly number[];
  /** How the leader's predictions stand beside the labels. */
  readonly hits: Hits;
  /** About how many more labels it takes until there is a winner, whatever the budget. */
  readonly toGo: ToGo;
  /** The images most worth asking about, best first; none of them open already. */
  readonly next: readonly number[];
  /** Those of `next` that somebody labeled already: a second look, by somebody else while there is anybody else. */
  readonly secondLooks: readonly number[];
  /** Of the images that two people or more looked at, on how many all of them said the same. */
  readonly agreement: { readonly of: number; readonly cases: number };
  /** Models that no number of these people's clicks can tell apart, the leader first; and on what share of the images they differ. */
  readonly cannotTell?: { readonly models: readonly number[]; readonly apart: number };
};
