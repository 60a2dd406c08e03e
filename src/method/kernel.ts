import { type Ballot, ballotOf, emptyBallot, gradientOf } from './ballot.ts';
import { EXACT_RIVALS } from './constants.ts';
import type { Gaps } from './gaps.ts';
import { RANKS, targetBytes } from './kernel-layout.ts';
import {
  addAnswered,
  counts,
  doubles,
  holdChances,
  holdHardness,
  putColumns,
  putItems,
  refreshChances,
  runPass,
  runVotes,
  type Seated,
  seat,
  sumParts,
  tellKernel,
} from './kernel-memory.ts';
import type { Labels } from './label-chances.ts';
import type { Problem } from './problem.ts';
import { type AnsweredGaps, answeredGaps } from './scenario-gaps.ts';
import { longestRow } from './vote.ts';

/** Whether the kernel can do it: votes of a byte. */
export function isForKernel({ slots }: Problem): boolean {
  return slots instanceof Uint8Array && EXACT_RIVALS <= RANKS;
}

/** Whether there are terms by model and class or by pair of models, which only small pools have. */
export function hasTerms({ layout }: Problem): boolean {
  return layout.skillTerms >= 0 || layout.pairs > 0;
}

/** @see votesOf in vote.ts; not where the pool `hasTerms` */
export function votesInKernel(problem: Problem, mean: Float64Array, isBrief = false): Float64Array {
  const { itemImages, rowStart, classCount } = problem;
  const seated = seat(problem);
  const { at } = seated;
  const { votes, everybody, classTerms, other } = ballotOf(problem, mean);
  doubles(at.votes, votes.length).set(votes);
  doubles(at.classTerms, classTerms.length).set(classTerms);
  doubles(at.everybody, 1).set(everybody);
  const others = doubles(at.others, longestRow(problem) + 1);
  for (let candidates = 0; candidates < others.length; candidates++) {
    others[candidates] = candidates < classCount ? other + Math.log(classCount - candidates) : 0;
  }
  return runVotes(seated, rowStart[itemImages.length]!, isBrief);
}

/** @see Passes.noteChanges in passes.ts */
export function noteInKernel(problem: Problem, probabilities: Float64Array, items: Int32Array): void {
  refreshChances(seat(problem), problem, probabilities, items);
}

/** @see wrongOf in gaps.ts */
export function wrongInKernel(problem: Problem, probabilities: Float64Array): Float64Array {
  const seated = seat(problem);
  holdChances(seated, probabilities);
  runPass('hardness', seated);
  return doubles(seated.at.hardness, problem.itemImages.length);
}

/** @see sumByModel in gaps.ts */
export function sumInKernel(problem: Problem, values: Float64Array): Float64Array {
  const seated = seat(problem);
  const models = problem.kept.length;
  holdChances(seated, values);
  const bytes = 8 * (models + 1);
  runPass('sums', seated, bytes);
  const sums = sumParts(seated, bytes, models + 1);
  const everybody = sums[models]!;
  return sums.subarray(0, models).map((correction) => everybody + correction);
}

/** @see gainsOf in shifted.ts */
export function gainsInKernel(
  problem: Problem,
  probabilities: Float64Array,
  leader: number,
  odds: number,
): Float64Array {
  const seated = seat(problem);
  holdChances(seated, probabilities);
  tellKernel({ leader, odds });
  runPass('gains', seated);
  return doubles(seated.at.gains, problem.itemImages.length);
}

/** Scenarios side by side, as kernel.wat has it. */
const SCENARIOS_MOST = 8;

/** @see answeredGaps in scenario-gaps.ts */
export function answeredInKernel(
  problem: Problem,
  labels: Labels,
  leader: number,
  models: readonly number[],
): AnsweredGaps {
  const { answered, answeredStart, scenarios } = labels;
  if (scenarios.length > SCENARIOS_MOST) return answeredGaps(problem, labels, leader, models);
  const seated = seat(problem);
  holdChances(seated, labels.probabilities);
  const columns = putColumns(seated, models, leader);
  const sums = doubles(seated.at.targets, (1 + SCENARIOS_MOST) * columns).fill(0);
  for (let from = 0, end = 0; from < answered.length; from = end) {
    // As many items at once as there is room for their rows.
    while (end < answered.length && answeredStart[end + 1]! - answeredStart[from]! <= seated.withinRows) end += 1;
    putWithin(seated, labels, answeredStart[from]!, answeredStart[end]!);
    putItems(seated, answered.subarray(from, end));
    addAnswered(seated, end - from);
  }
  const shifts = sums.slice(columns, columns + SCENARIOS_MOST * models.length);
  return { variances: sums.slice(0, models.length), shifts, width: SCENARIOS_MOST };
}

/** Brings the chances of answered items in each scenario, from one row to before another; eight to a row. */
function putWithin({ at }: Seated, { within, scenarios: { length: width } }: Labels, from: number, end: number): void {
  const rows = doubles(at.within, SCENARIOS_MOST * (end - from));
  if (width === SCENARIOS_MOST) rows.set(within.subarray(from * width, end * width));
  else {
    for (let row = from, to = 0; row < end; row++, to += SCENARIOS_MOST)
      for (let index = 0; index < width; index++) rows[to + index] = within[row * width + index]!;
  }
}

type Three = [Float64Array, Float64Array, Float64Array];

/** @see gapVariances in gaps.ts */
export function variancesInKernel(
  problem: Problem,
  probabilities: Float64Array,
  hardness: Float64Array,
  leader: number,
  models: readonly number[],
): Gaps {
  const seated = seat(problem);
  const { at, cut } = seated;
  holdChances(seated, probabilities);
  holdHardness(seated, hardness);
  const columns = putColumns(seated, models, leader);
  const bytes = 20 * columns;
  runPass('variances', seated, bytes);
  const sums = sumParts(seated, bytes, 2 * models.length);
  const [variances, errors, apart] = [0, 1, 2].map(() => new Float64Array(models.length)) as Three;
  for (let rank = 0; rank < models.length; rank++) {
    variances[rank] = sums[2 * rank]!;
    errors[rank] = sums[2 * rank + 1]!;
  }
  for (let part = 0; part < cut.parts; part++) {
    const more = counts(at.targets + part * bytes + 16 * columns, models.length);
    for (let rank = 0; rank < models.length; rank++) apart[rank]! += more[rank]!;
  }
  return { variances, errors, apart };
}

/** @see gapGradients in gaps.ts */
export function gradientsInKernel(
  problem: Problem,
  probabilities: Float64Array,
  leader: number,
  models: readonly number[],
): Float64Array[] {
  const seated = seat(problem);
  holdChances(seated, probabilities);
  putColumns(seated, models, leader);
  const bytes = targetBytes(problem);
  runPass(hasTerms(problem) ? 'termGradients' : 'gradients', seated, bytes);
  const sums = sumParts(seated, bytes, bytes / 8);
  const ballot = emptyBallot(problem);
  return models.map((_, rank) => {
    fillBallot(ballot, sums, rank);
    return gradientOf(problem, ballot);
  });
}

/** Fills a ballot from one of those that lie side by side, in the order that `targetBytes` says. */
function fillBallot(ballot: Ballot, sums: Float64Array, rank: number): void {
  const { votes, everybody, classTerms, pairs } = ballot;
  let place = rank;
  const fill = (values: Float64Array) => {
    for (let one = 0; one < values.length; one++, place += RANKS) values[one] = sums[place]!;
  };
  fill(votes);
  fill(everybody);
  ballot.other = sums[place]!;
  place += RANKS;
  fill(classTerms);
  fill(pairs);
}
