import { OTHER, STRENGTH, WEIGHTS } from './layout.ts';
import type { Problem } from './problem.ts';

/**
 * A parameter vector (or a direction, or a gradient) laid out for counting votes: what each model's vote for each class
 * adds to the class's logit.
 */
export type Ballot = {
  /** `votes[model * classCount + class]`, or just `votes[model]` where no skill by class is learned. */
  readonly votes: Float64Array;
  /** What each class gets on top of its votes; empty where no such term is learned. */
  readonly classTerms: Float64Array;
  /** What "a class nobody predicted" gets. */
  other: number;
};

/** A ballot of zeros. */
export function emptyBallot({ kept, classCount, layout }: Problem): Ballot {
  return {
    votes: new Float64Array(layout.skillTerms >= 0 ? kept.length * classCount : kept.length),
    classTerms: new Float64Array(layout.classTerms >= 0 ? classCount : 0),
    other: 0,
  };
}

/** The ballot of a parameter vector: a vote counts the shared strength, the model's weight and its skill in the class. */
export function ballotOf(problem: Problem, parameters: Float64Array): Ballot {
  const { kept, classCount, layout } = problem;
  const models = kept.length;
  const { votes, classTerms } = emptyBallot(problem);
  const entries = votes.length / models;
  for (let entry = 0; entry < votes.length; entry++) {
    const skill = layout.skillTerms >= 0 ? parameters[layout.skillTerms + entry]! : 0;
    votes[entry] = parameters[STRENGTH]! / models + parameters[WEIGHTS + Math.floor(entry / entries)]! + skill;
  }
  if (layout.classTerms >= 0) classTerms.set(parameters.subarray(layout.classTerms, layout.classTerms + classCount));
  return { votes, classTerms, other: parameters[OTHER]! };
}

/** The way back: from a derivative by every entry of a ballot, the derivative by the parameters. */
export function gradientOf({ kept, layout }: Problem, { votes, classTerms, other }: Ballot): Float64Array {
  const models = kept.length;
  const gradient = new Float64Array(layout.size);
  const entries = votes.length / models;
  for (let entry = 0; entry < votes.length; entry++) {
    gradient[STRENGTH]! += votes[entry]! / models;
    gradient[WEIGHTS + Math.floor(entry / entries)]! += votes[entry]!;
  }
  gradient[OTHER] = other;
  if (layout.classTerms >= 0) gradient.set(classTerms, layout.classTerms);
  if (layout.skillTerms >= 0) gradient.set(votes, layout.skillTerms);
  return gradient;
}

/**
 * Counts an item's votes: for each of its outcomes, the feature vector times the ballot's parameters.
 *
 * @param sums is overwritten from 0 to the length of the item's row; a slot of abstentions gets 0 or nonsense.
 */
export function countVotes(problem: Problem, item: number, ballot: Ballot, sums: Float64Array): void {
  const { kept, classCount, slots, candidates, outcomes, rowStart, slotClasses, layout } = problem;
  const models = kept.length;
  const firstSlot = rowStart[item]!;
  const firstVote = item * models;
  const candidateCount = candidates[item]!;
  const { votes, classTerms, other } = ballot;
  for (let slot = rowStart[item + 1]! - firstSlot - 1; slot >= 0; slot--) sums[slot] = 0;
  if (layout.skillTerms < 0) {
    for (let model = 0; model < models; model++) sums[slots[firstVote + model]!]! += votes[model]!;
  } else {
    for (let model = 0; model < models; model++) {
      const slot = slots[firstVote + model]!;
      if (slot < candidateCount) sums[slot]! += votes[model * classCount + slotClasses[firstSlot + slot]!]!;
    }
  }
  if (classTerms.length > 0) {
    for (let slot = 0; slot < candidateCount; slot++) sums[slot]! += classTerms[slotClasses[firstSlot + slot]!]!;
  }
  if (outcomes[item]! > candidateCount) sums[candidateCount] = other;
}

/**
 * The way back of `countVotes`: adds to a ballot the derivative by each of its entries.
 *
 * @param pull derivative by each slot's logit; 0 at a slot of abstentions.
 */
export function pullVotes(problem: Problem, item: number, pull: Float64Array, ballot: Ballot): void {
  const { kept, classCount, slots, candidates, outcomes, rowStart, slotClasses, layout } = problem;
  const models = kept.length;
  const firstSlot = rowStart[item]!;
  const firstVote = item * models;
  const candidateCount = candidates[item]!;
  const { votes, classTerms } = ballot;
  if (layout.skillTerms < 0) {
    for (let model = 0; model < models; model++) votes[model]! += pull[slots[firstVote + model]!]!;
  } else {
    for (let model = 0; model < models; model++) {
      const slot = slots[firstVote + model]!;
      if (slot < candidateCount) votes[model * classCount + slotClasses[firstSlot + slot]!]! += pull[slot]!;
    }
  }
  if (classTerms.length > 0) {
    for (let slot = 0; slot < candidateCount; slot++) classTerms[slotClasses[firstSlot + slot]!]! += pull[slot]!;
  }
  if (outcomes[item]! > candidateCount) ballot.other += pull[candidateCount]!;
}
