import { eachAgreement } from './agreements.ts';
import { OTHER, STRENGTH, WEIGHTS } from './layout.ts';
import type { Problem } from './problem.ts';

/**
 * A parameter vector (or a direction, or a gradient) laid out for counting votes: what each model's vote for each class
 * adds to the class's logit.
 */
export type Ballot = {
  /** `votes[model * classCount + class]`, or just `votes[model]` where no skill by class is learned. */
  readonly votes: Float64Array;
  /** `everybody[class]`, or just `everybody[0]`: the same of all models' votes together, where all vote for a class. */
  readonly everybody: Float64Array;
  /** What each class gets on top of its votes; empty where no such term is learned. */
  readonly classTerms: Float64Array;
  /** What it adds that two models agree; empty where no such term is learned. */
  readonly pairs: Float64Array;
  /** What "a class nobody predicted" gets. */
  other: number;
};

/** What a ballot says of each model: a vote for each class, or one for all where no skill by class is learned. */
export function entriesOf({ classCount, layout }: Problem): number {
  return layout.skillTerms >= 0 ? classCount : 1;
}

/** A ballot of zeros. */
export function emptyBallot(problem: Problem): Ballot {
  const { kept, classCount, layout } = problem;
  const entries = entriesOf(problem);
  return {
    votes: new Float64Array(kept.length * entries),
    everybody: new Float64Array(entries),
    classTerms: new Float64Array(layout.classTerms >= 0 ? classCount : 0),
    pairs: new Float64Array(layout.pairs),
    other: 0,
  };
}

/** The ballot of a parameter vector: a vote counts the shared strength, the model's weight and its skill in the class. */
export function ballotOf(problem: Problem, parameters: Float64Array): Ballot {
  const { kept, classCount, layout } = problem;
  const models = kept.length;
  const { votes, everybody, classTerms, pairs } = emptyBallot(problem);
  const entries = everybody.length;
  for (let entry = 0; entry < votes.length; entry++) {
    const skill = layout.skillTerms >= 0 ? parameters[layout.skillTerms + entry]! : 0;
    votes[entry] = parameters[STRENGTH]! / models + parameters[WEIGHTS + Math.floor(entry / entries)]! + skill;
    everybody[entry % entries]! += votes[entry]!;
  }
  if (layout.classTerms >= 0) classTerms.set(parameters.subarray(layout.classTerms, layout.classTerms + classCount));
  pairs.set(parameters.subarray(layout.pairTerms));
  return { votes, everybody, classTerms, pairs, other: parameters[OTHER]! };
}

/** The way back: from a derivative by every entry of a ballot, the derivative by the parameters. */
export function gradientOf({ kept, layout }: Problem, ballot: Ballot): Float64Array {
  const { votes, everybody, classTerms, pairs, other } = ballot;
  const models = kept.length;
  const gradient = new Float64Array(layout.size);
  const entries = everybody.length;
  for (let entry = 0; entry < votes.length; entry++) {
    const pull = votes[entry]! + everybody[entry % entries]!;
    gradient[STRENGTH]! += pull / models;
    gradient[WEIGHTS + Math.floor(entry / entries)]! += pull;
    if (layout.skillTerms >= 0) gradient[layout.skillTerms + entry] = pull;
  }
  gradient[OTHER] = other;
  if (layout.classTerms >= 0) gradient.set(classTerms, layout.classTerms);
  gradient.set(pairs, layout.pairTerms);
  return gradient;
}

/**
 * Counts an item's votes: for each of its outcomes, the feature vector times the ballot's parameters. The majority is
 * given everybody's vote, and then loses the dissenters'.
 *
 * @param sums is overwritten from 0 to the length of the item's row; a slot of abstentions gets 0.
 */
export function countVotes(problem: Problem, item: number, ballot: Ballot, sums: Float64Array): void {
  const { candidates, outcomes, rowStart, slotClasses, majority, dissenters, voterStart, layout } = problem;
  const { votes, everybody, classTerms, pairs, other } = ballot;
  const firstSlot = rowStart[item]!;
  const rowLength = rowStart[item + 1]! - firstSlot;
  const candidateCount = candidates[item]!;
  const entries = everybody.length;
  const most = majority[item]!;
  const mostClass = entries > 1 ? slotClasses[firstSlot + most]! : 0;
  let agreed = everybody[mostClass]!;
  for (let slot = 0; slot < rowLength; slot++) {
    const slotClass = entries > 1 && slot < candidateCount ? slotClasses[firstSlot + slot]! : 0;
    const end = voterStart[firstSlot + slot + 1]!;
    let sum = 0;
    for (let place = voterStart[firstSlot + slot]!; place < end; place++) {
      const first = dissenters[place]! * entries;
      agreed -= votes[first + mostClass]!;
      sum += votes[first + slotClass]!;
    }
    sums[slot] = slot < candidateCount ? sum : 0;
  }
  sums[most] = agreed;
  if (layout.pairs > 0) {
    eachAgreement(problem, item, (pair, slot) => {
      sums[slot]! += pairs[pair]!;
    });
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
  const { candidates, outcomes, rowStart, slotClasses, majority, dissenters, voterStart, layout } = problem;
  const { votes, everybody, classTerms, pairs } = ballot;
  const firstSlot = rowStart[item]!;
  const rowLength = rowStart[item + 1]! - firstSlot;
  const candidateCount = candidates[item]!;
  const entries = everybody.length;
  const most = majority[item]!;
  const mostClass = entries > 1 ? slotClasses[firstSlot + most]! : 0;
  const mostPull = pull[most]!;
  everybody[mostClass]! += mostPull;
  for (let slot = 0; slot < rowLength; slot++) {
    const slotClass = entries > 1 && slot < candidateCount ? slotClasses[firstSlot + slot]! : 0;
    const slotPull = slot < candidateCount ? pull[slot]! : 0;
    const end = voterStart[firstSlot + slot + 1]!;
    for (let place = voterStart[firstSlot + slot]!; place < end; place++) {
      const first = dissenters[place]! * entries;
      votes[first + mostClass]! -= mostPull;
      votes[first + slotClass]! += slotPull;
    }
  }
  if (layout.pairs > 0) {
    eachAgreement(problem, item, (pair, slot) => {
      pairs[pair]! += pull[slot]!;
    });
  }
  if (classTerms.length > 0) {
    for (let slot = 0; slot < candidateCount; slot++) classTerms[slotClasses[firstSlot + slot]!]! += pull[slot]!;
  }
  if (outcomes[item]! > candidateCount) ballot.other += pull[candidateCount]!;
}
