import { eachAgreement } from './agreements.ts';
import { ballotOf } from './ballot.ts';
import { type ClickNoise, clickNoise } from './click-noise.ts';
import { chancesOfClick, type Opinion, SOBER } from './clicks.ts';
import { dot, type Gaussian } from './gaussian.ts';
import { OTHER, STRENGTH, WEIGHTS } from './layout.ts';
import type { Problem } from './problem.ts';
import { solve } from './solve.ts';
import { predictVote, softmax } from './vote.ts';

/** Newton steps at most, and when to stop: logits known to a millionth. */
const STEPS_MAX = 50;
const STEP_MAX = 0.5;
const STEP_DONE = 1e-6;
/** Steps after which halves are taken: where a click says little the full ones can swing around the mode for ever. */
const FULL_STEPS = 20;

/**
 * Learns from one click, in place: finds the mode of the posterior in the few directions an item touches (one a slot),
 * then moves the mean there and shrinks the covariance by the curvature (an online Laplace step). Cost KK D^2.
 *
 * A further click on an item counts on top of the earlier ones: their evidence stands beside the vote as a fixed offset
 * of its logits, so that what both say is learned once.
 *
 * @returns the plain vote on the item before the click, as `predictVote` gives it.
 */
export function learnOutcome(
  problem: Problem,
  item: number,
  heard: Heard,
  { mean, covariance }: Gaussian,
): Float64Array {
  const n = problem.outcomes[item]!;
  const { reach, inner } = reachOf(problem, item, covariance);
  const { noise, chances, offset } = evidenceOf(problem, item, heard);
  const vote = new Float64Array(problem.rowStart[item + 1]! - problem.rowStart[item]!);
  predictVote(problem, item, ballotOf(problem, mean), vote);
  const start = vote.subarray(0, n).map((share, k) => Math.log(Math.max(share, 1e-30)) + offset[k]!);
  const pull = new Float64Array(n);
  const moved = () => {
    const shares = start.slice();
    for (let k = 0; k < n; k++) for (let l = 0; l < n; l++) shares[k]! += inner[k * n + l]! * pull[l]!;
    softmax(shares, n);
    return shares;
  };
  for (let round = 0; round < STEPS_MAX; round++) {
    const shares = moved();
    const seen = dot(shares, chances);
    const step = shares.map((share, k) => (share * chances[k]!) / seen - share - pull[k]!);
    solve(plusIdentity(multiply(curvature(shares, noise), inner, n), n), step, n, 1);
    let largest = 0;
    for (let k = 0; k < n; k++) {
      const wanted = round < FULL_STEPS ? step[k]! : step[k]! / 2;
      const clipped = Math.max(-STEP_MAX, Math.min(STEP_MAX, wanted));
      pull[k]! += clipped;
      largest = Math.max(largest, Math.abs(clipped));
    }
    if (largest < STEP_DONE) break;
  }
  const size = mean.length;
  for (let k = 0; k < n; k++) {
    for (let index = 0; index < size; index++) mean[index]! += reach[k * size + index]! * pull[k]!;
  }
  shrink(covariance, reach, inner, curvature(moved(), noise), n);
  return vote;
}

/**
 * The covariance after an answer to this item, whatever the answer will be, in place. The mean stays: this is what a
 * question still waiting for its answer is expected to teach.
 */
export function expectAnswer(
  problem: Problem,
  item: number,
  rate: number,
  mean: Float64Array,
  covariance: Float64Array,
): void {
  const n = problem.outcomes[item]!;
  const { reach, inner } = reachOf(problem, item, covariance);
  const vote = new Float64Array(problem.rowStart[item + 1]! - problem.rowStart[item]!);
  predictVote(problem, item, ballotOf(problem, mean), vote);
  shrink(covariance, reach, inner, curvature(vote.subarray(0, n), learningNoise(problem, item, rate)), n);
}

/** A click on an item, those before it, and how people are thought to err. */
export type Heard = { readonly earlier: readonly Opinion[]; readonly answer: Opinion; readonly rate: number };

/** P(click | truth), the log of the same for the earlier clicks together, and how sharply the click tells. */
function evidenceOf(problem: Problem, item: number, { earlier, answer, rate }: Heard) {
  const n = problem.outcomes[item]!;
  const noise = learningNoise(problem, item, rate);
  const offset = new Float64Array(n);
  const chances = new Float64Array(n);
  const known = problem.assumptions.learnsOnce ? earlier : [];
  for (const [place, one] of known.entries()) {
    chancesOfClick(problem, earlier.slice(0, place), one, noise, SOBER, chances);
    for (let k = 0; k < n; k++) offset[k]! += Math.log(chances[k]!);
  }
  chancesOfClick(problem, earlier, answer, noise, SOBER, chances);
  return { noise, chances, offset };
}

/** How people err, and on top an odd click now and then that fits no model and lands on any class alike. */
function learningNoise(problem: Problem, item: number, rate: number): ClickNoise {
  const { learningNoise: odd, learningShare, wrongClicks } = problem.assumptions;
  if (wrongClicks === 'anywhere' && rate > 0) return clickNoise(problem, item, Math.max(rate, odd));
  const { floors, trust } = clickNoise(problem, item, learningShare * rate);
  const floor = odd / (problem.classCount - 1);
  const even = 1 - odd - floor;
  return { floors: floors.map((one) => even * one + floor), trust: even * trust };
}

/** Z = Sigma F' as `reach[slot * D + index]`, and A = F Z as `inner[slot * n + slot]`. */
function reachOf(problem: Problem, item: number, covariance: Float64Array) {
  const { size } = problem.layout;
  const n = problem.outcomes[item]!;
  const features = featuresOf(problem, item);
  const reach = new Float64Array(n * size);
  for (const { slot, index, value } of features) {
    for (let other = 0; other < size; other++) {
      reach[slot * size + other]! += value * covariance[index * size + other]!;
    }
  }
  const inner = new Float64Array(n * n);
  for (const { slot, index, value } of features) {
    for (let k = 0; k < n; k++) inner[slot * n + k]! += value * reach[k * size + index]!;
  }
  return { reach, inner };
}

/** The non-zero entries of an item's features F (slots x D). */
function featuresOf(problem: Problem, item: number): { slot: number; index: number; value: number }[] {
  const { kept, classCount, slots, candidates, outcomes, rowStart, slotClasses, layout } = problem;
  const models = kept.length;
  const candidateCount = candidates[item]!;
  const features: { slot: number; index: number; value: number }[] = [];
  const votes = new Float64Array(candidateCount);
  for (let model = 0; model < models; model++) {
    const slot = slots[item * models + model]!;
    if (slot >= candidateCount) continue;
    votes[slot]! += 1;
    features.push({ slot, index: WEIGHTS + model, value: 1 });
    const votedFor = slotClasses[rowStart[item]! + slot]!;
    if (layout.skillTerms >= 0) {
      features.push({ slot, index: layout.skillTerms + model * classCount + votedFor, value: 1 });
    }
  }
  for (let slot = 0; slot < candidateCount; slot++) {
    features.push({ slot, index: STRENGTH, value: votes[slot]! / models });
    const candidate = slotClasses[rowStart[item]! + slot]!;
    if (layout.classTerms >= 0) features.push({ slot, index: layout.classTerms + candidate, value: 1 });
  }
  if (outcomes[item]! > candidateCount) features.push({ slot: candidateCount, index: OTHER, value: 1 });
  eachAgreement(problem, item, (pair, slot) => features.push({ slot, index: layout.pairTerms + pair, value: 1 }));
  return features;
}

/** W: how sharply a click measures the logits, given the predicted shares. */
function curvature(shares: Float64Array, { floors, trust }: ClickNoise): Float64Array {
  const n = shares.length;
  const jacobian = new Float64Array(n * n);
  const weighted = new Float64Array(n * n);
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      const entry = (row === column ? shares[row]! : 0) - shares[row]! * shares[column]!;
      jacobian[row * n + column] = entry;
      weighted[row * n + column] = (entry * trust ** 2) / (floors[row]! + trust * shares[row]!);
    }
  }
  return multiply(jacobian, weighted, n);
}

/** Sigma - Z (I + W A)^-1 W Z', in place; only one half is computed, so the result is exactly symmetric. */
function shrink(covariance: Float64Array, reach: Float64Array, inner: Float64Array, weight: Float64Array, n: number) {
  const size = reach.length / n;
  const gain = weight.slice();
  solve(plusIdentity(multiply(weight, inner, n), n), gain, n, n);
  const gained = new Float64Array(n);
  const lost = new Float64Array(size);
  for (let row = 0; row < size; row++) {
    gained.fill(0);
    for (let k = 0; k < n; k++) {
      const amount = reach[k * size + row]!;
      for (let l = 0; l < n; l++) gained[l]! += amount * gain[k * n + l]!;
    }
    lost.fill(0, 0, row + 1);
    addRows(lost, row + 1, gained, reach);
    for (let column = 0; column <= row; column++) {
      const left = covariance[row * size + column]! - lost[column]!;
      covariance[row * size + column] = left;
      covariance[column * size + row] = left;
    }
  }
}

/** Adds to the first `count` sums each row times its amount, in the order of the rows; two at once, for speed. */
function addRows(sums: Float64Array, count: number, amounts: Float64Array, rows: Float64Array): void {
  const size = rows.length / amounts.length;
  let row = 0;
  for (; row + 1 < amounts.length; row += 2) {
    const [one, other, start] = [amounts[row]!, amounts[row + 1]!, row * size];
    for (let place = 0; place < count; place++) {
      sums[place] = sums[place]! + one * rows[start + place]! + other * rows[start + size + place]!;
    }
  }
  for (; row < amounts.length; row++) {
    for (let place = 0; place < count; place++) sums[place]! += amounts[row]! * rows[row * size + place]!;
  }
}

function multiply(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const product = new Float64Array(n * n);
  for (let row = 0; row < n; row++) {
    for (let k = 0; k < n; k++) {
      const entry = a[row * n + k]!;
      for (let column = 0; column < n; column++) product[row * n + column]! += entry * b[k * n + column]!;
    }
  }
  return product;
}

function plusIdentity(matrix: Float64Array, n: number): Float64Array {
  for (let k = 0; k < n; k++) matrix[k * n + k]! += 1;
  return matrix;
}
