import { type Ballot, ballotOf, emptyBallot, gradientOf } from './ballot.ts';
import { EXACT_RIVALS } from './constants.ts';
import type { Gaps } from './gaps.ts';
import { doubles, holdChances, kernel, putColumns, RANKS, seat, takeChances, zeroCounts } from './kernel-memory.ts';
import type { Problem } from './problem.ts';
import { longestRow } from './vote.ts';

/** Whether the kernel can do it: votes of a byte, and no terms by model and class or by pair, which only small pools have. */
export function isForKernel({ slots, layout }: Problem): boolean {
  return slots instanceof Uint8Array && layout.skillTerms < 0 && layout.pairs === 0 && EXACT_RIVALS <= RANKS;
}

/** @see votesOf in vote.ts */
export function votesInKernel(problem: Problem, mean: Float64Array): Float64Array {
  const { itemImages, rowStart, classCount, assumptions } = problem;
  const at = seat(problem);
  const rows = rowStart[itemImages.length]!;
  const { votes, everybody, classTerms, other } = ballotOf(problem, mean);
  doubles(at.votes, votes.length).set(votes);
  doubles(at.classTerms, classTerms.length).set(classTerms);
  const others = doubles(at.others, longestRow(problem) + 1);
  for (let candidates = 0; candidates < others.length; candidates++) {
    others[candidates] = candidates < classCount ? other + Math.log(classCount - candidates) : 0;
  }
  const { rowStart: starts, outcomes, slotClasses, chances } = at;
  const counted = [starts, at.voterStart, at.dissenters, at.majority, at.candidates, outcomes, slotClasses] as const;
  kernel.logits(itemImages.length, ...counted, at.classTerms, at.others, at.votes, everybody[0]!, at.sums, chances);
  kernel.exponentials(chances, chances + 8 * rows, at.factors);
  kernel.shares(itemImages.length, starts, outcomes, assumptions.lapse, chances);
  return takeChances(at, rows);
}

/** @see sumByModel in gaps.ts */
export function sumInKernel(problem: Problem, values: Float64Array): Float64Array {
  const at = seat(problem);
  holdChances(at, values);
  const corrections = doubles(at.votes, problem.kept.length).fill(0);
  const { rowStart, voterStart, dissenters, dissentSlots, majority, chances, votes } = at;
  const everybody = kernel.sums(
    problem.itemImages.length,
    rowStart,
    voterStart,
    dissenters,
    dissentSlots,
    majority,
    chances,
    votes,
  );
  return corrections.map((correction) => everybody + correction);
}

/** @see gapVariances in gaps.ts */
export function variancesInKernel(
  problem: Problem,
  probabilities: Float64Array,
  hardness: Float64Array,
  leader: number,
  models: readonly number[],
): Gaps {
  const at = seat(problem);
  holdChances(at, probabilities);
  doubles(at.hardness, hardness.length).set(hardness);
  putColumns(at, models, leader);
  const sums = doubles(at.sums, 2 * models.length).fill(0);
  const apart = zeroCounts(at.apart, models.length);
  const { kept, itemImages } = problem;
  const votes = [kept.length, at.slots, at.rowStart, at.chances, at.hardness] as const;
  kernel.variances(itemImages.length, ...votes, leader, at.columns, models.length, at.pulls, at.sums, at.apart);
  return {
    variances: Float64Array.from(models, (_, rank) => sums[2 * rank]!),
    errors: Float64Array.from(models, (_, rank) => sums[2 * rank + 1]!),
    apart: Float64Array.from(apart),
  };
}

/** @see gapGradients in gaps.ts */
export function gradientsInKernel(
  problem: Problem,
  probabilities: Float64Array,
  leader: number,
  models: readonly number[],
): Float64Array[] {
  const { kept, itemImages } = problem;
  const at = seat(problem);
  holdChances(at, probabilities);
  putColumns(at, models, leader);
  const ballots = emptyBallot(problem);
  const votes = doubles(at.votes, RANKS * kept.length).fill(0);
  const classTerms = doubles(at.classTerms, RANKS * ballots.classTerms.length).fill(0);
  const [everybody, other] = [doubles(at.everybody, RANKS).fill(0), doubles(at.other, RANKS).fill(0)];
  const { rowStart, voterStart, dissenters, majority, candidates, outcomes, slotClasses } = at;
  const votesAt = [rowStart, voterStart, dissenters, at.dissentSlots, majority] as const;
  const layouts = [...votesAt, candidates, outcomes, slotClasses, at.chances] as const;
  const targets = [at.pulls, at.votes, at.everybody, at.other, at.classTerms] as const;
  kernel.gradients(itemImages.length, kept.length, at.slots, ...layouts, leader, at.columns, ...targets);
  return models.map((_, rank) => {
    const ballot: Ballot = {
      ...ballots,
      votes: ballots.votes.map((_, model) => votes[model * RANKS + rank]!),
      everybody: Float64Array.of(everybody[rank]!),
      classTerms: ballots.classTerms.map((_, one) => classTerms[one * RANKS + rank]!),
      other: other[rank]!,
    };
    return gradientOf(problem, ballot);
  });
}
