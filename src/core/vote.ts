import { LAPSE } from './constants.ts';
import { OTHER, STRENGTH, WEIGHTS } from './layout.ts';
import type { Problem } from './problem.ts';

/**
 * Adds up, for every slot of an item, the parameters that speak for it: the feature vector of each slot times
 * `parameters`. With the mean this gives logits; with a direction, how much the logits move along it.
 *
 * @param sums is overwritten from 0 to the length of the item's row.
 */
export function sumVotes(problem: Problem, item: number, parameters: Float64Array, sums: Float64Array): void {
  const { kept, classCount, slots, candidates, outcomes, rowStart, slotClasses, layout } = problem;
  const models = kept.length;
  const firstSlot = rowStart[item]!;
  const firstVote = item * models;
  const share = parameters[STRENGTH]! / models;
  for (let slot = rowStart[item + 1]! - firstSlot - 1; slot >= 0; slot--) sums[slot] = 0;
  for (let model = 0; model < models; model++) sums[slots[firstVote + model]!]! += share + parameters[WEIGHTS + model]!;
  if (layout.skillTerms >= 0) {
    for (let model = 0; model < models; model++) {
      const slot = slots[firstVote + model]!;
      const votedFor = slotClasses[firstSlot + slot]!;
      if (votedFor >= 0) sums[slot]! += parameters[layout.skillTerms + model * classCount + votedFor]!;
    }
  }
  const candidateCount = candidates[item]!;
  if (layout.classTerms >= 0) {
    for (let slot = 0; slot < candidateCount; slot++) {
      sums[slot]! += parameters[layout.classTerms + slotClasses[firstSlot + slot]!]!;
    }
  }
  if (outcomes[item]! > candidateCount) sums[candidateCount] = parameters[OTHER]!;
}

/**
 * The way back of `sumVotes`: adds to a vector over the parameters the feature vector of each slot times `pull[slot]`.
 * With the derivative of anything by an item's logits, it adds the derivative by the parameters.
 */
export function addPulls(problem: Problem, item: number, pull: Float64Array, gradient: Float64Array): void {
  const { kept, classCount, slots, candidates, outcomes, rowStart, slotClasses, layout } = problem;
  const models = kept.length;
  const firstVote = item * models;
  const firstSlot = rowStart[item]!;
  const candidateCount = candidates[item]!;
  let total = 0;
  for (let voter = 0; voter < models; voter++) {
    const amount = pull[slots[firstVote + voter]!]!;
    total += amount;
    gradient[WEIGHTS + voter]! += amount;
  }
  gradient[STRENGTH]! += total / models;
  if (layout.skillTerms >= 0) {
    for (let voter = 0; voter < models; voter++) {
      const slot = slots[firstVote + voter]!;
      if (slot >= candidateCount) continue;
      gradient[layout.skillTerms + voter * classCount + slotClasses[firstSlot + slot]!]! += pull[slot]!;
    }
  }
  if (layout.classTerms >= 0) {
    for (let k = 0; k < candidateCount; k++) gradient[layout.classTerms + slotClasses[firstSlot + k]!]! += pull[k]!;
  }
  if (outcomes[item]! > candidateCount) gradient[OTHER]! += pull[candidateCount]!;
}

/**
 * The plain vote q0 on an item: a softmax over its outcomes. "A class nobody predicted" stands for C - K classes at
 * once, hence the logarithm.
 *
 * @param vote is overwritten from 0 to the length of the item's row; a slot of abstentions gets 0.
 */
export function predictVote(problem: Problem, item: number, mean: Float64Array, vote: Float64Array): void {
  sumVotes(problem, item, mean, vote);
  const outcomeCount = problem.outcomes[item]!;
  const candidateCount = problem.candidates[item]!;
  const rowLength = problem.rowStart[item + 1]! - problem.rowStart[item]!;
  if (outcomeCount > candidateCount) vote[candidateCount]! += Math.log(problem.classCount - candidateCount);
  softmax(vote, outcomeCount);
  if (rowLength > outcomeCount) vote[outcomeCount] = 0;
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
export function mixLapse(vote: Float64Array, length: number): void {
  for (let k = 0; k < length; k++) vote[k] = (1 - LAPSE) * vote[k]! + LAPSE / length;
}

/** Slots the longest row of the problem has: the size a scratch array over one item needs. */
export function longestRow({ rowStart }: Problem): number {
  let longest = 0;
  for (let item = 1; item < rowStart.length; item++) longest = Math.max(longest, rowStart[item]! - rowStart[item - 1]!);
  return longest;
}
