import type { Belief } from './belief.ts';
import { clickNoise } from './click-noise.ts';
import { weighClicks } from './clicks.ts';
import { passesOf } from './passes.ts';
import { randomnessOf } from './people.ts';
import type { Problem } from './problem.ts';

/** What is known of the labels, in each scenario of how people err and over all of them. */
export type Labels = {
  /** z: the probability of every outcome of every item, over all scenarios; in the layout of `rowStart`. */
  readonly probabilities: Float64Array;
  /** The scenarios that still matter, by their number in the problem's list, and the belief in each; sums to 1. */
  readonly scenarios: readonly { readonly scenario: number; readonly weight: number }[];
  /** Items with clicks, ascending, and where each one's row starts in `within`. */
  readonly answered: Int32Array;
  readonly answeredStart: Int32Array;
  /** `within[scenario][answeredStart[place] + slot]`: the probabilities of the answered items in each of `scenarios`. */
  readonly within: readonly Float64Array[];
};

/** Scenarios believed in less than this are left out of what a step computes. */
const BELIEF_MIN = 0.002;

/**
 * The probability of every outcome of every item, from the vote and the clicks. Cost: items x models, and scenarios x
 * answers.
 */
export function labelsOf(problem: Problem, belief: Belief): Labels {
  const { rowStart, outcomes, assumptions } = problem;
  const { answers, people } = belief;
  const probabilities = passesOf(problem).votesOf(problem, belief.weights.mean);
  const scenarios = likelyScenarios(people.weights);
  const answered = Int32Array.from(answers.keys()).sort();
  const answeredStart = new Int32Array(answered.length + 1);
  for (const [place, item] of answered.entries()) answeredStart[place + 1] = answeredStart[place]! + outcomes[item]!;
  const within = scenarios.map(() => new Float64Array(answeredStart[answered.length]!));
  const randomness = (annotator: string) => randomnessOf(problem, people, annotator);
  for (const [place, item] of answered.entries()) {
    const start = rowStart[item]!;
    const length = outcomes[item]!;
    const first = answeredStart[place]!;
    const given = answers.get(item)!;
    const vote = probabilities.slice(start, start + length);
    probabilities.fill(0, start, start + length);
    for (const [index, { scenario, weight }] of scenarios.entries()) {
      const seen = vote.slice();
      const noise = clickNoise(problem, item, assumptions.scenarios[scenario]!.rate);
      weighClicks(problem, item, given, noise, randomness, seen);
      within[index]!.set(seen, first);
      for (let k = 0; k < length; k++) probabilities[start + k]! += weight * seen[k]!;
    }
  }
  return { probabilities, scenarios, answered, answeredStart, within };
}

function likelyScenarios(weights: Float64Array): { scenario: number; weight: number }[] {
  const likely = Array.from(weights, (weight, scenario) => ({ scenario, weight })).filter(
    ({ weight }) => weight >= BELIEF_MIN,
  );
  const total = likely.reduce((sum, { weight }) => sum + weight, 0);
  return likely.map(({ scenario, weight }) => ({ scenario, weight: weight / total }));
}
