import { ballotOf } from './ballot.ts';
import type { Belief } from './belief.ts';
import { type ClickNoise, clickNoise } from './click-noise.ts';
import type { Problem } from './problem.ts';
import { longestRow, mixLapse, predictVote } from './vote.ts';

/**
 * z: the probability of every outcome of every item, from the vote and the clicks; in the layout of `rowStart`. An
 * image's own click is the truth, or with a click error, evidence. Cost: items x models.
 */
export function labelProbabilities(problem: Problem, { weights, answers }: Belief): Float64Array {
  const { itemImages, rowStart, outcomes, clickError, assumptions } = problem;
  const probabilities = new Float64Array(rowStart[itemImages.length]!);
  const ballot = ballotOf(problem, weights.mean);
  const row = new Float64Array(longestRow(problem));
  for (let item = 0; item < itemImages.length; item++) {
    const start = rowStart[item]!;
    const length = outcomes[item]!;
    const clicks = answers.get(item);
    predictVote(problem, item, ballot, row);
    mixLapse(row, length, assumptions.lapse);
    if (clicks) weighClicks(row, length, clicks, clickNoise(problem, item, clickError));
    for (let k = 0; k < length; k++) probabilities[start + k] = row[k]!;
  }
  return probabilities;
}

/** Bayes' rule for clicks that may be wrong, in place. */
function weighClicks(
  row: Float64Array,
  length: number,
  clicks: readonly number[],
  { floors, trust }: ClickNoise,
): void {
  let total = 0;
  for (let k = 0; k < length; k++) {
    for (const clicked of clicks) row[k]! *= floors[clicked]! + (clicked === k ? trust : 0);
    total += row[k]!;
  }
  for (let k = 0; k < length; k++) row[k]! /= total;
}
