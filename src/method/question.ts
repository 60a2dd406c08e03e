import type { Assessment } from './assess.ts';
import { ballotOf } from './ballot.ts';
import type { Belief } from './belief.ts';
import { spread } from './gaussian.ts';
import { expectAnswer } from './laplace.ts';
import { normalDensity } from './normal.ts';
import { passesOf } from './passes.ts';
import { expectedError } from './people.ts';
import type { Problem } from './problem.ts';
import { deviationOf, type Rival } from './rivals.ts';
import type { Stake } from './scores.ts';
import { askable, isUpToPeople, type Scored, scoreLooks, secondLooks } from './second-look.ts';

/** Above this many items, only the most promising are scored. */
const ITEMS_MAX = 2000;
const PROMISING = 1000;

const NOTHING: Scored = { items: new Int32Array(), scores: new Float64Array() };

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
  const rate = expectedError(problem, belief.people);
  const expected = pending.length > 0 || count > 1 ? covariance.slice() : covariance;
  const out = new Set<number>();
  const expect = (item: number) => {
    out.add(item);
    if (expected !== covariance) expectAnswer(problem, item, rate, mean, expected);
  };
  for (const image of pending) if (problem.itemOfImage[image]! >= 0) expect(problem.itemOfImage[image]!);
  const chosen: number[] = [];
  for (let looks = secondLooks(belief); chosen.length < count; ) {
    const tests = isUpToPeople(problem, belief, assessment, looks)
      ? scoreLooks(problem, belief, assessment, out)
      : NOTHING;
    if (tests.items.length > 0) looks += 1;
    const scored = tests.items.length > 0 ? tests : scoreItems(problem, belief, assessment, expected, out);
    const item = mostInformative(scored);
    if (item === undefined) break;
    chosen.push(problem.itemImages[item]!);
    expect(item);
  }
  return chosen;
}

/** The item with the highest score; of equals, the first. */
function mostInformative({ items, scores }: Scored): number | undefined {
  let highest = 0;
  for (let place = 0; place < scores.length; place++) highest = Math.max(highest, scores[place]!);
  const most = scores.findIndex((score) => score >= highest * (1 - 1e-9));
  return items[most];
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
  const { items, scores } = scoreItems(problem, belief, assessment, covariance, out);
  return new Map(Array.from(items, (item, place) => [item, scores[place]!]));
}

function scoreItems(
  problem: Problem,
  belief: Belief,
  assessment: Assessment,
  covariance: Float64Array,
  out: ReadonlySet<number>,
): Scored {
  const leader = problem.group[assessment.leader]!;
  const threats = threatsOf(assessment.rivals);
  let items = askable(problem, belief, out);
  if (assessment.isFinal || items.length === 0) return NOTHING;
  if (threats.every(({ worth }) => worth === 0)) {
    return { items, scores: Float64Array.from(items, (item) => countDissent(problem, item, leader, threats)) };
  }
  if (problem.itemImages.length > ITEMS_MAX) {
    items = mostPromising(problem, items, assessment.labelProbabilities, leader, threats);
  }
  const heaviest = Math.max(...threats.map(({ worth }) => worth));
  const counted = threats
    .filter(({ worth }) => worth > 0.001 * heaviest)
    .map((threat) => stakeOf(problem, belief, threat, covariance));
  const rate = expectedError(problem, belief.people);
  const scores = passesOf(problem).scoresOf(problem, assessment.labelProbabilities, items, leader, counted, rate);
  return { items, scores };
}

/** A rival that is treated exactly, and how much its order with the leader matters. */
type Threatening = Pick<Stake, 'model' | 'worth'> & { readonly rival: Rival };

function threatsOf(rivals: readonly Rival[]): Threatening[] {
  return rivals
    .filter(({ exact }) => exact)
    .map((rival) => {
      const deviation = deviationOf(rival);
      return { model: rival.model, worth: normalDensity((rival.gap + 0.5) / deviation) / deviation, rival };
    });
}

/** The worth is judged by the certainty there is now; only what a question would teach expects the pending answers. */
function stakeOf(
  problem: Problem,
  { weights }: Belief,
  { model, worth, rival }: Threatening,
  covariance: Float64Array,
): Stake {
  const { gradient, direction: assessed } = rival.exact!;
  const direction = covariance === weights.covariance ? assessed : spread(covariance, gradient);
  return { model, worth, ballot: ballotOf(problem, direction), errorGain: errorGainOf(problem, rival) };
}

/** What each unit of click error would do to the lead over a rival. */
function errorGainOf({ assumptions }: Problem, { gap, rank, leads }: Rival): number {
  const { scenarios, weights, gaps } = leads;
  let gain = 0;
  for (const [index, weight] of weights.entries()) {
    const { rate } = assumptions.scenarios[scenarios[index]!]!;
    gain += weight * rate * (gaps[rank * weights.length + index]! - gap);
  }
  return gain;
}

/** Where every lead is too safe to weigh: on how many rivals' votes an item could still be decided. */
function countDissent({ kept, slots }: Problem, item: number, leader: number, threats: readonly Threatening[]): number {
  const vote = (model: number) => slots[item * kept.length + model];
  return threats.filter(({ model }) => vote(model) !== vote(leader)).length;
}

/** The items whose own labels matter most, in ascending order; of equals at the edge, the first. */
function mostPromising(
  problem: Problem,
  items: Int32Array,
  probabilities: Float64Array,
  leader: number,
  threats: readonly Threatening[],
): Int32Array {
  const promises = passesOf(problem).promisesOf(problem, probabilities, leader, threats);
  const near = allAbove(promises, items, edgeBelow(promises, items));
  const edge = nthLargest(
    Float64Array.from(near, (item) => promises[item]!),
    PROMISING,
  );
  let edgePlaces = PROMISING;
  for (const item of near) if (promises[item]! > edge) edgePlaces -= 1;
  return near.filter((item) => promises[item]! > edge || (promises[item] === edge && edgePlaces-- > 0));
}

/** Groups of items that are looked at together, for each item that is looked for. */
const GROUPS = 3;

/**
 * A promise that enough items keep or exceed, hardly more of them than are looked for: each of as many groups as there are
 * to be items holds one.
 */
function edgeBelow(promises: Float64Array, items: Int32Array): number {
  const size = Math.max(1, Math.floor(items.length / (GROUPS * PROMISING)));
  const largest = new Float64Array(Math.floor(items.length / size));
  for (let group = 0, place = 0; group < largest.length; group++) {
    let most = 0;
    for (const end = place + size; place < end; place++) most = Math.max(most, promises[items[place]!]!);
    largest[group] = most;
  }
  return nthLargest(largest, PROMISING);
}

function allAbove(promises: Float64Array, items: Int32Array, edge: number): Int32Array {
  const above = new Int32Array(items.length);
  let count = 0;
  for (let place = 0; place < items.length; place++) {
    const item = items[place]!;
    if (promises[item]! >= edge) above[count++] = item;
  }
  return above.subarray(0, count);
}

/** The value that n - 1 others are at least as large as; 0 where there are fewer. */
function nthLargest(values: Float64Array, n: number): number {
  return values.length < n ? 0 : values.slice().sort()[values.length - n]!;
}
