import { type Ballot, ballotOf, countVotes } from './ballot.ts';
import type { Problem } from './problem.ts';

/**
 * The plain vote q0 on an item: a softmax over its outcomes. "A class nobody predicted" stands for C - K classes at
 * once, hence the logarithm.
 *
 * @param ballot of the weights' mean.
 * @param vote is overwritten from 0 to the length of the item's row; a slot of abstentions gets 0.
 */
export function predictVote(problem: Problem, item: number, ballot: Ballot, vote: Float64Array): void {
  countVotes(problem, item, ballot, vote);
  const outcomeCount = problem.outcomes[item]!;
  const candidateCount = problem.candidates[item]!;
  const rowLength = problem.rowStart[item + 1]! - problem.rowStart[item]!;
  if (outcomeCount > candidateCount) vote[candidateCount]! += Math.log(problem.classCount - candidateCount);
  softmax(vote, outcomeCount);
  if (rowLength > outcomeCount) vote[outcomeCount] = 0;
}

/** q of every outcome of every item, in the layout of `rowStart`, by the weights' mean; 0 at a slot of abstentions. */
export function votesOf(problem: Problem, mean: Float64Array): Float64Array {
  const { itemImages, rowStart, outcomes, assumptions } = problem;
  const probabilities = new Float64Array(rowStart[itemImages.length]!);
  const ballot = ballotOf(problem, mean);
  const row = new Float64Array(longestRow(problem));
  for (let item = 0; item < itemImages.length; item++) {
    const start = rowStart[item]!;
    const length = outcomes[item]!;
    predictVote(problem, item, ballot, row);
    mixLapse(row, length, assumptions.lapse);
    for (let k = 0; k < length; k++) probabilities[start + k] = row[k]!;
  }
  return probabilities;
}

/** Turns the first `length` logits into probabilities, in place; anything 60 below the largest becomes exactly 0. */
export function softmax(logits: Float64Array, length: number): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < length; k++) if (logits[k]! > largest) largest = logits[k]!;
  let total = 0;
  for (let k = 0; k < length; k++) {
    const below = logits[k]! - largest;
    const weight = below < -60 ? 0 : Math.exp(below);
    logits[k] = weight;
    total += weight;
  }
  for (let k = 0; k < length; k++) logits[k]! /= total;
}

/** Mixes the lapse into a vote: q from q0, over the first `length` outcomes, in place. */
export function mixLapse(vote: Float64Array, length: number, lapse: number): void {
  for (let k = 0; k < length; k++) vote[k] = (1 - lapse) * vote[k]! + lapse / length;
}

/** Known for each problem that asked, as every step asks. */
const longestRows = new WeakMap<Int32Array, number>();

/** Slots the longest row of the problem has: the size a scratch array over one item needs. */
export function longestRow({ rowStart }: Problem): number {
  let longest = longestRows.get(rowStart) ?? 0;
  if (longest > 0) return longest;
  for (let item = 1; item < rowStart.length; item++) longest = Math.max(longest, rowStart[item]! - rowStart[item - 1]!);
  longestRows.set(rowStart, longest);
  return longest;
}
