import { type Ballot, countVotes } from './ballot.ts';
import { emptyHearing, type Hearing, hear } from './hearing.ts';
import type { Problem } from './problem.ts';
import { longestRow } from './vote.ts';

/** A rival as a question sees it. */
export type Stake = {
  readonly model: number;
  /** How much its order with the leader matters. */
  readonly worth: number;
  /** What its direction makes of each vote: which weights would tell. */
  readonly ballot: Ballot;
  /** What each unit of click error would do to the lead over it. */
  readonly errorGain: number;
};

/** What the answers to some items are worth, by their place in the list: what each teaches about every rival. */
export function scoresOf(
  problem: Problem,
  probabilities: Float64Array,
  items: Int32Array,
  leader: number,
  stakes: readonly Stake[],
  rate: number,
): Float64Array {
  const moves = new Float64Array(longestRow(problem));
  const heard = emptyHearing(moves.length);
  const scoreOf = (item: number) => {
    const start = problem.rowStart[item]!;
    const z = probabilities.subarray(start, start + problem.outcomes[item]!);
    hear(problem, z, rate, item, heard);
    let score = 0;
    for (const stake of stakes) {
      countVotes(problem, item, stake.ballot, moves);
      score += stake.worth * teaching(problem, z, item, leader, stake, moves, heard);
    }
    return score;
  };
  const scores = new Float64Array(items.length);
  for (let place = 0; place < items.length; place++) scores[place] = scoreOf(items[place]!);
  return scores;
}

/**
 * The variance, over an item's answers, of what they say about the leader's lead over one rival, by the label itself, by
 * the weights and by how people err.
 */
function teaching(
  { kept, slots }: Problem,
  z: Float64Array,
  item: number,
  leader: number,
  { model: rival, errorGain }: Stake,
  moves: Float64Array,
  { chances, trusted, strays }: Hearing,
): number {
  const leading = slots[item * kept.length + leader]!;
  const rivaling = slots[item * kept.length + rival]!;
  if (leading !== rivaling) {
    moves[leading]! += 1;
    moves[rivaling]! -= 1;
  }
  let mean = 0;
  for (let k = 0; k < z.length; k++) mean += z[k]! * moves[k]!;
  let variance = 0;
  for (let k = 0; k < z.length; k++) {
    const shift = trusted[k]! * (moves[k]! - mean) + errorGain * strays[k]!;
    if (shift !== 0) variance += shift ** 2 / chances[k]!;
  }
  return variance;
}

/** `promises[item]`: the part of the score that is the item's own label, before any click and whatever it teaches. Cheap. */
export function promisesOf(
  { kept, slots, rowStart, itemImages }: Problem,
  probabilities: Float64Array,
  leader: number,
  stakes: readonly Pick<Stake, 'model' | 'worth'>[],
): Float64Array {
  const promises = new Float64Array(itemImages.length);
  const rivals = Uint16Array.from(stakes, ({ model }) => model);
  const worths = Float64Array.from(stakes, ({ worth }) => worth);
  for (let item = 0; item < promises.length; item++) {
    const firstVote = item * kept.length;
    const start = rowStart[item]!;
    const leading = slots[firstVote + leader]!;
    const leaderRight = probabilities[start + leading]!;
    let promise = 0;
    for (let stake = 0; stake < rivals.length; stake++) {
      const rivaling = slots[firstVote + rivals[stake]!]!;
      if (rivaling === leading) continue;
      const rivalRight = probabilities[start + rivaling]!;
      promise += worths[stake]! * (leaderRight + rivalRight - (leaderRight - rivalRight) ** 2);
    }
    promises[item] = promise;
  }
  return promises;
}
