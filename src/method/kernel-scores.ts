import { doubles, holdChances, kernel, type Places, putColumns, putItems, RANKS, seat } from './kernel-memory.ts';
import type { Problem } from './problem.ts';
import type { Stake } from './scores.ts';

/** @see promisesOf in scores.ts */
export function promisesInKernel(
  problem: Problem,
  probabilities: Float64Array,
  items: readonly number[],
  leader: number,
  stakes: readonly Stake[],
): Float64Array {
  const at = seat(problem);
  holdChances(at, probabilities);
  putItems(at, items);
  putStakes(at, leader, stakes);
  const votes = [problem.kept.length, at.slots, at.rowStart, at.chances] as const;
  kernel.promises(at.asked, items.length, ...votes, leader, at.columns, at.worths, at.results);
  return doubles(at.results, items.length).slice();
}

/** @see scoresOf in scores.ts */
export function scoresInKernel(
  problem: Problem,
  probabilities: Float64Array,
  items: readonly number[],
  leader: number,
  stakes: readonly Stake[],
  rate: number,
): Float64Array {
  const { kept, assumptions } = problem;
  const at = seat(problem);
  holdChances(at, probabilities);
  putItems(at, items);
  putStakes(at, leader, stakes);
  putBallots(at, problem, stakes);
  const { rowStart, voterStart, dissenters, dissentSlots, majority, candidates, outcomes, slotClasses } = at;
  const votes = [kept.length, at.slots, rowStart, voterStart, dissenters, dissentSlots, majority] as const;
  const chances = [candidates, outcomes, slotClasses, at.chances, at.landing] as const;
  const most = assumptions.wrongClicks === 'anywhere' ? Number.POSITIVE_INFINITY : assumptions.noiseMax;
  const leads = [leader, at.columns, at.worths, at.gains] as const;
  const ballots = [at.votes, at.everybody, at.other, at.classTerms] as const;
  kernel.scores(at.asked, items.length, ...votes, ...chances, rate, most, ...leads, at.pulls, ...ballots, at.results);
  return doubles(at.results, items.length).slice();
}

/** Where there are fewer stakes than ranks, the others are worth nothing. */
function putStakes(at: Places, leader: number, stakes: readonly Stake[]): void {
  const models = stakes.map(({ model }) => model);
  putColumns(at, models, leader);
  const [worths, gains] = [doubles(at.worths, RANKS).fill(0), doubles(at.gains, RANKS).fill(0)];
  for (const [rank, { worth, errorGain }] of stakes.entries()) {
    worths[rank] = worth;
    gains[rank] = errorGain;
  }
}

/** The ballots side by side, as the gradients are. */
function putBallots(at: Places, { kept, classCount, layout }: Problem, stakes: readonly Stake[]): void {
  const votes = doubles(at.votes, RANKS * kept.length).fill(0);
  const classTerms = doubles(at.classTerms, layout.classTerms >= 0 ? RANKS * classCount : 0).fill(0);
  const [everybody, other] = [doubles(at.everybody, RANKS).fill(0), doubles(at.other, RANKS).fill(0)];
  for (const [rank, { ballot }] of stakes.entries()) {
    for (const [model, vote] of ballot.votes.entries()) votes[model * RANKS + rank] = vote;
    for (const [one, term] of ballot.classTerms.entries()) classTerms[one * RANKS + rank] = term;
    everybody[rank] = ballot.everybody[0]!;
    other[rank] = ballot.other;
  }
}
