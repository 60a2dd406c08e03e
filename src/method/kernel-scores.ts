import { RANKS } from './kernel-layout.ts';
import {
  doubles,
  holdChances,
  putColumns,
  putItems,
  runPass,
  runScores,
  type Seated,
  seat,
  tellKernel,
} from './kernel-memory.ts';
import type { Problem } from './problem.ts';
import type { Stake } from './scores.ts';

/** @see promisesOf in scores.ts */
export function promisesInKernel(
  problem: Problem,
  probabilities: Float64Array,
  leader: number,
  stakes: readonly Stake[],
): Float64Array {
  const seated = seat(problem);
  holdChances(seated, probabilities);
  putStakes(seated, leader, stakes);
  runPass('promises', seated);
  return doubles(seated.at.promises, problem.itemImages.length);
}

/** @see scoresOf in scores.ts */
export function scoresInKernel(
  problem: Problem,
  probabilities: Float64Array,
  items: Int32Array,
  leader: number,
  stakes: readonly Stake[],
  rate: number,
): Float64Array {
  const { wrongClicks, noiseMax } = problem.assumptions;
  const seated = seat(problem);
  holdChances(seated, probabilities);
  putItems(seated, items);
  putStakes(seated, leader, stakes);
  putBallots(seated, problem, stakes);
  tellKernel({ rate, mostWrong: wrongClicks === 'anywhere' ? Number.POSITIVE_INFINITY : noiseMax });
  runScores(seated, items.length);
  return doubles(seated.at.results, items.length).slice();
}

/** Where there are fewer stakes than ranks, the others are worth nothing. */
function putStakes(seated: Seated, leader: number, stakes: readonly Stake[]): void {
  const models = stakes.map(({ model }) => model);
  putColumns(seated, models, leader);
  const [worths, gains] = [doubles(seated.at.worths, RANKS).fill(0), doubles(seated.at.errorGains, RANKS).fill(0)];
  for (const [rank, { worth, errorGain }] of stakes.entries()) {
    worths[rank] = worth;
    gains[rank] = errorGain;
  }
}

/** The ballots side by side, as the gradients are. */
function putBallots({ at }: Seated, { kept, classCount, layout }: Problem, stakes: readonly Stake[]): void {
  const votes = doubles(at.ballotVotes, RANKS * kept.length).fill(0);
  const classTerms = doubles(at.ballotClassTerms, layout.classTerms >= 0 ? RANKS * classCount : 0).fill(0);
  const [everybody, other] = [doubles(at.ballotEverybody, RANKS).fill(0), doubles(at.ballotOther, RANKS).fill(0)];
  for (const [rank, { ballot }] of stakes.entries()) {
    for (let model = 0; model < kept.length; model++) votes[model * RANKS + rank] = ballot.votes[model]!;
    for (let one = 0; one < ballot.classTerms.length; one++) classTerms[one * RANKS + rank] = ballot.classTerms[one]!;
    everybody[rank] = ballot.everybody[0]!;
    other[rank] = ballot.other;
  }
}
