import type { Problem } from './problem.ts';

/** What the clicks taught about those who gave them. Never changed once made. */
export type PeopleBelief = {
  /** `weights[scenario]`: belief in each of the problem's scenarios; sums to 1. */
  readonly weights: Float64Array;
  /** Log odds that a person clicks at random, by annotator. */
  readonly odds: ReadonlyMap<string, number>;
  /** Images each person answered. */
  readonly counts: ReadonlyMap<string, number>;
  /** Those found to click at random: nothing is learned from them. */
  readonly discounted: ReadonlySet<string>;
};

/** What is believed of people before any click. */
export function unknownPeople({ assumptions }: Problem): PeopleBelief {
  const weights = Float64Array.from(assumptions.scenarios, ({ prior }) => prior);
  return { weights, odds: new Map(), counts: new Map(), discounted: new Set() };
}

/** The mean share of wrong clicks over the scenarios. */
export function expectedError({ assumptions }: Problem, { weights }: PeopleBelief): number {
  return assumptions.scenarios.reduce((sum, { rate }, place) => sum + weights[place]! * rate, 0);
}

/** The share of wrong clicks: what is expected, and the narrowest list of scenarios that holds it in 95 of 100 cases. */
type ErrorRate = { readonly mean: number; readonly low: number; readonly high: number };

/**
 * How much people err, had they labeled the whole batch; from what the clicks say, and before any, from what people of
 * published sets do.
 */
export function errorRate(problem: Problem, { people }: { readonly people: PeopleBelief }): ErrorRate {
  const { scenarios } = problem.assumptions;
  const quantile = (level: number) => {
    const upTo = (place: number) => people.weights.subarray(0, place + 1).reduce((sum, weight) => sum + weight, 0);
    return scenarios.find((_, place) => upTo(place) >= level) ?? scenarios.at(-1)!;
  };
  return { mean: expectedError(problem, people), low: quantile(0.025).rate, high: quantile(0.975).rate };
}

/** The chance that a person clicks at random. */
export function randomnessOf(
  { assumptions }: Problem,
  { odds }: Pick<PeopleBelief, 'odds'>,
  annotator: string,
): number {
  const logOdds = odds.get(annotator) ?? Math.log(assumptions.randomPerson / (1 - assumptions.randomPerson));
  return 1 / (1 + Math.exp(-logOdds));
}
