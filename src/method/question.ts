import type { Assessment } from './assess.ts';
import { type Ballot, ballotOf, countVotes } from './ballot.ts';
import type { Belief } from './belief.ts';
import { clickNoise } from './click-noise.ts';
import { spread } from './gaussian.ts';
import { expectAnswer } from './laplace.ts';
import { normalDensity } from './normal.ts';
import type { Problem } from './problem.ts';
import { deviationOf, type Rival } from './rivals.ts';
import { longestRow } from './vote.ts';

/** Above this many items, only the most promising are scored. */
const ITEMS_MAX = 2000;
const PROMISING = 1000;

/**
 * The images worth asking about next, most informative first, each chosen as if the `pending` ones and those before it
 * were already asked; fewer than `count`, or none, when nothing is left to ask.
 *
 * @param assessment of the same belief: its work is shared.
 * @param pending images whose question is out, in the order they were asked.
 */
export function nextImages(
  problem: Problem,
  belief: Belief,
  assessment: Assessment,
  pending: readonly number[] = [],
  count = 1,
): number[] {
  const { mean, covariance } = belief.weights;
  const expected = pending.length > 0 || count > 1 ? covariance.slice() : covariance;
  const out = new Set<number>();
  const expect = (item: number) => {
    out.add(item);
    if (expected !== covariance) expectAnswer(problem, item, mean, expected);
  };
  for (const image of pending) if (problem.itemOfImage[image]! >= 0) expect(problem.itemOfImage[image]!);
  const chosen: number[] = [];
  while (chosen.length < count) {
    const scores = scoreQuestions(problem, belief, assessment, expected, out);
    const item = mostInformative(scores);
    if (item === undefined) break;
    chosen.push(problem.itemImages[item]!);
    expect(item);
  }
  return chosen;
}

/** The item with the highest score; of equals, the first. */
function mostInformative(scores: ReadonlyMap<number, number>): number | undefined {
  let highest = 0;
  for (const score of scores.values()) highest = Math.max(highest, score);
  for (const [item, score] of scores) if (score >= highest * (1 - 1e-9)) return item;
  return undefined;
}

/**
 * How much each askable item's answer is expected to lower the expected regret, to first order, by its own label and
 * by what it teaches about all others. Empty when the leader is final. Keys ascend.
 *
 * @param covariance of the weights, with the answers still awaited taken into account.
 * @param out items whose question is out already.
 */
export function scoreQuestions(
  problem: Problem,
  belief: Belief,
  assessment: Assessment,
  covariance: Float64Array,
  out: ReadonlySet<number>,
): Map<number, number> {
  const leader = problem.group[assessment.leader]!;
  const stakes = stakesOf(problem, belief, assessment.rivals, covariance);
  let items = askable(problem, belief, out);
  if (assessment.isFinal || items.length === 0) return new Map();
  if (stakes.every(({ worth }) => worth === 0)) {
    return new Map(items.map((item) => [item, countDissent(problem, item, leader, stakes)]));
  }
  if (problem.itemImages.length > ITEMS_MAX) {
    items = mostPromising(problem, items, assessment.labelProbabilities, leader, stakes);
  }
  const heaviest = Math.max(...stakes.map(({ worth }) => worth));
  const counted = stakes.filter(({ worth }) => worth > 0.001 * heaviest);
  const moves = new Float64Array(longestRow(problem));
  const scores = new Map<number, number>();
  for (const item of items) {
    const heard = hearing(problem, assessment.labelProbabilities, item);
    let score = 0;
    for (const { model, worth, ballot } of counted) {
      countVotes(problem, item, ballot, moves);
      score += worth * teaching(problem, assessment.labelProbabilities, item, leader, model, moves, heard);
    }
    scores.set(item, score);
  }
  return scores;
}

/** A rival as a question sees it: how much its order with the leader matters, and which weights would tell. */
type Stake = { model: number; worth: number; ballot: Ballot };

/** The worth is judged by the certainty there is now; only what a question would teach expects the pending answers. */
function stakesOf(problem: Problem, belief: Belief, rivals: readonly Rival[], covariance: Float64Array): Stake[] {
  return rivals.flatMap((rival) => {
    if (!rival.exact) return [];
    const deviation = deviationOf(rival);
    const worth = normalDensity((rival.gap + 0.5) / deviation) / deviation;
    const isAsAssessed = covariance === belief.weights.covariance;
    const direction = isAsAssessed ? rival.exact.direction : spread(covariance, rival.exact.gradient);
    return [{ model: rival.model, worth, ballot: ballotOf(problem, direction) }];
  });
}

/** Items that may be asked, in ascending order. */
function askable(problem: Problem, { answers, skipped }: Belief, out: ReadonlySet<number>): number[] {
  const { itemImages, clickError, opinions } = problem;
  const opinionsMax = clickError > 0 ? opinions : 1;
  const items: number[] = [];
  for (let item = 0; item < itemImages.length; item++) {
    const asked = answers.get(item)?.length ?? 0;
    if (asked < opinionsMax && !out.has(item) && !skipped.has(item)) items.push(item);
  }
  return items;
}

/**
 * rho: how much of each outcome of an item its answer would tell: the outcome's probability, less where clicks may be
 * wrong.
 */
function hearing(problem: Problem, probabilities: Float64Array, item: number): Float64Array {
  const start = problem.rowStart[item]!;
  const chances = probabilities.subarray(start, start + problem.outcomes[item]!);
  if (problem.clickError === 0) return chances;
  const { floors, trust } = clickNoise(problem, item, problem.clickError);
  return chances.map((chance, k) => (trust * chance) ** 2 / (floors[k]! + trust * chance));
}

/** The variance, over an item's answers, of what they say about the leader's lead over one rival. */
function teaching(
  { kept, slots, rowStart }: Problem,
  probabilities: Float64Array,
  item: number,
  leader: number,
  rival: number,
  moves: Float64Array,
  heard: Float64Array,
): number {
  const leading = slots[item * kept.length + leader]!;
  const rivaling = slots[item * kept.length + rival]!;
  if (leading !== rivaling) {
    moves[leading]! += 1;
    moves[rivaling]! -= 1;
  }
  const start = rowStart[item]!;
  let mean = 0;
  for (let k = 0; k < heard.length; k++) mean += probabilities[start + k]! * moves[k]!;
  let variance = 0;
  for (let k = 0; k < heard.length; k++) variance += heard[k]! * (moves[k]! - mean) ** 2;
  return variance;
}

/** Where every lead is too safe to weigh: on how many rivals' votes an item could still be decided. */
function countDissent({ kept, slots }: Problem, item: number, leader: number, stakes: readonly Stake[]): number {
  const vote = (model: number) => slots[item * kept.length + model];
  return stakes.filter(({ model }) => vote(model) !== vote(leader)).length;
}

/** The items whose own labels matter most, in ascending order; of equals at the edge, the first. */
function mostPromising(
  { kept, slots, rowStart }: Problem,
  items: readonly number[],
  probabilities: Float64Array,
  leader: number,
  stakes: readonly Stake[],
): number[] {
  const promises = new Float64Array(items.length);
  for (const [index, item] of items.entries()) {
    const leading = slots[item * kept.length + leader]!;
    const leaderRight = probabilities[rowStart[item]! + leading]!;
    for (const { model, worth } of stakes) {
      const rivaling = slots[item * kept.length + model]!;
      if (rivaling === leading) continue;
      const rivalRight = probabilities[rowStart[item]! + rivaling]!;
      promises[index]! += worth * (leaderRight + rivalRight - (leaderRight - rivalRight) ** 2);
    }
  }
  const edge = promises.toSorted().at(-PROMISING) ?? 0;
  let edgePlaces = PROMISING - promises.reduce((count, promise) => count + (promise > edge ? 1 : 0), 0);
  return items.filter((_, index) => promises[index]! > edge || (promises[index] === edge && edgePlaces-- > 0));
}
