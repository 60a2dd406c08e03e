import { emptyBallot, gradientOf, pullVotes } from './ballot.ts';
import type { Problem } from './problem.ts';
import { longestRow } from './vote.ts';

/** The differences between the leader's score and those of some models, by rank in the list of these. */
export type Gaps = {
  /** From the labels, as far as they are unknown. */
  readonly variances: Float64Array;
  /** Wrong clicks expected, for each unit of click error, on the items where the two differ. */
  readonly errors: Float64Array;
  /** How many these are. */
  readonly apart: Float64Array;
};

/**
 * Sums, over the items, what `values` (in the layout of `rowStart`) holds at each distinct model's vote: the majority's
 * for everybody, corrected where a model dissents. Cost: items + dissenting votes.
 */
export function sumByModel(problem: Problem, values: Float64Array): Float64Array {
  const { kept, itemImages, rowStart, majority, dissenters, voterStart } = problem;
  const corrections = new Float64Array(kept.length);
  let everybody = 0;
  for (let item = 0; item < itemImages.length; item++) {
    const start = rowStart[item]!;
    const end = rowStart[item + 1]!;
    const most = values[start + majority[item]!]!;
    everybody += most;
    for (let row = start; row < end; row++) {
      const correction = values[row]! - most;
      const last = voterStart[row + 1]!;
      for (let place = voterStart[row]!; place < last; place++) corrections[dissenters[place]!]! += correction;
    }
  }
  return corrections.map((correction) => everybody + correction);
}

/** `wrong[item]`: for each unit of click error, the chance that a click on an item is wrong. Cost: all outcomes. */
export function wrongOf({ itemImages, rowStart, wrongClicks }: Problem, probabilities: Float64Array): Float64Array {
  const wrong = new Float64Array(itemImages.length);
  for (let item = 0; item < itemImages.length; item++) {
    // What nobody can click, the slot of abstentions, adds nothing.
    for (let row = rowStart[item]!; row < rowStart[item + 1]!; row++) {
      wrong[item]! += wrongClicks[row]! * (1 - probabilities[row]!);
    }
  }
  return wrong;
}

/** Variances of the score differences between the leader and some models, labels independent. Cost: items x models. */
export function gapVariances(
  problem: Problem,
  probabilities: Float64Array,
  hardness: Float64Array,
  leader: number,
  models: readonly number[],
): Gaps {
  const { kept, itemImages, slots, rowStart } = problem;
  const columns = Int32Array.from(models);
  const variances = new Float64Array(columns.length);
  const errors = new Float64Array(columns.length);
  const apart = new Float64Array(columns.length);
  for (let item = 0; item < itemImages.length; item++) {
    const firstVote = item * kept.length;
    const start = rowStart[item]!;
    const leading = slots[firstVote + leader]!;
    const leaderRight = probabilities[start + leading]!;
    const hard = hardness[item]!;
    for (let rank = 0; rank < columns.length; rank++) {
      const slot = slots[firstVote + columns[rank]!]!;
      if (slot === leading) continue;
      const rivalRight = probabilities[start + slot]!;
      const doubt = leaderRight + rivalRight - (leaderRight - rivalRight) ** 2;
      variances[rank]! += doubt;
      errors[rank]! += hard;
      apart[rank]! += 1;
    }
  }
  return { variances, errors, apart };
}

/**
 * For each of some models, the derivative of the expected score difference (leader minus model) by the parameters.
 * Cost: items x models x dissenting votes.
 */
export function gapGradients(
  problem: Problem,
  probabilities: Float64Array,
  leader: number,
  models: readonly number[],
): Float64Array[] {
  return models.map((model) => gapGradient(problem, probabilities, leader, model));
}

function gapGradient(problem: Problem, probabilities: Float64Array, leader: number, model: number): Float64Array {
  const { kept, itemImages, slots, rowStart } = problem;
  const ballot = emptyBallot(problem);
  const pull = new Float64Array(longestRow(problem));
  for (let item = 0; item < itemImages.length; item++) {
    const leading = slots[item * kept.length + leader]!;
    const rivaling = slots[item * kept.length + model]!;
    if (leading === rivaling) continue;
    const start = rowStart[item]!;
    const leaderRight = probabilities[start + leading]!;
    const rivalRight = probabilities[start + rivaling]!;
    const rowLength = rowStart[item + 1]! - start;
    for (let k = 0; k < rowLength; k++) pull[k] = (rivalRight - leaderRight) * probabilities[start + k]!;
    pull[leading]! += leaderRight;
    pull[rivaling]! -= rivalRight;
    pullVotes(problem, item, pull, ballot);
  }
  return gradientOf(problem, ballot);
}
