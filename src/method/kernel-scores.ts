import { type Ballot, entriesOf } from './ballot.ts';
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
  stakes: readonly Pick<Stake, 'model' | 'worth'>[],
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
  tellKernel({
    stakes: stakes.length,
    rate,
    mostWrong: wrongClicks === 'anywhere' ? Number.POSITIVE_INFINITY : noiseMax,
  });
  runScores(seated, items.length);
  return doubles(seated.at.results, items.length).slice();
}

/** Where there are fewer stakes than ranks, the others are worth nothing. */
function putStakes(seated: Seated, leader: number, stakes: readonly Pick<Stake, 'model' | 'worth'>[]): void {
  const models = stakes.map(({ model }) => model);
  putColumns(seated, models, leader);
  const worths = doubles(seated.at.worths, RANKS).fill(0);
  for (const [rank, { worth }] of stakes.entries()) worths[rank] = worth;
}

/** The ballots side by side, as the gradients are, and what the rate of errors would do. */
function putBallots({ at }: Seated, problem: Problem, stakes: readonly Stake[]): void {
  const { kept, classCount, layout } = problem;
  const entries = entriesOf(problem);
  const put = (place: number, length: number, valuesOf: (ballot: Ballot) => ArrayLike<number>) => {
    const side = doubles(place, RANKS * length).fill(0);
    for (const [rank, { ballot }] of stakes.entries()) {
      const values = valuesOf(ballot);
      for (let one = 0; one < length; one++) side[one * RANKS + rank] = values[one]!;
    }
  };
  put(at.ballotVotes, kept.length * entries, ({ votes }) => votes);
  put(at.ballotEverybody, entries, ({ everybody }) => everybody);
  put(at.ballotOther, 1, ({ other }) => [other]);
  put(at.ballotClassTerms, layout.classTerms >= 0 ? classCount : 0, ({ classTerms }) => classTerms);
  put(at.ballotPairs, layout.pairs, ({ pairs }) => pairs);
  const gains = doubles(at.errorGains, RANKS).fill(0);
  for (const [rank, { errorGain }] of stakes.entries()) gains[rank] = errorGain;
}
