import { eachAgreement } from './agreements.ts';
import { type Features, reachOf, shrink } from './algebra.ts';
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
 * Learns from one click: finds the mode of the posterior in the few directions an item touches (one a slot), then moves the
 * mean there and shrinks the covariance by the curvature (an online Laplace step). Cost KK D^2.
 *
 * A further click on an item counts on top of the earlier ones: their evidence stands beside the vote as a fixed offset
 * of its logits, so that what both say is learned once.
 *
 * @param to is written over; it may be the belief itself.
 * @returns the plain vote on the item before the click, as `predictVote` gives it.
 */
export function learnOutcome(
  problem: Problem,
  item: number,
  heard: Heard,
  { mean, covariance }: Gaussian,
  to: Gaussian,
): Float64Array {
  const n = problem.outcomes[item]!;
  const reach = reachOf(covariance, mean.length, featuresOf(problem, item), n);
  const { noise, chances, offset } = evidenceOf(problem, item, heard);
  const vote = voteOn(problem, item, mean);
  const start = vote.subarray(0, n).map((share, k) => Math.log(Math.max(share, 1e-30)) + offset[k]!);
  const { inner } = reach;
  const pull = new Float64Array(n);
  const rooms = roomsFor(n);
  for (let round = 0; round < STEPS_MAX; round++) {
    const shares = movedShares(start, inner, pull, rooms);
    const seen = dot(shares, chances);
    const { step } = rooms;
    for (let k = 0; k < n; k++) step[k] = (shares[k]! * chances[k]!) / seen - shares[k]! - pull[k]!;
    solve(plusIdentity(multiply(curvature(shares, noise, rooms), inner, n, rooms.system), n), step, n, 1);
    let largest = 0;
    for (let k = 0; k < n; k++) {
      const wanted = round < FULL_STEPS ? step[k]! : step[k]! / 2;
      const clipped = Math.max(-STEP_MAX, Math.min(STEP_MAX, wanted));
      pull[k]! += clipped;
      largest = Math.max(largest, Math.abs(clipped));
    }
    if (largest < STEP_DONE) break;
  }
  const { rows, stride } = reach;
  if (to.mean !== mean) to.mean.set(mean);
  for (let k = 0; k < n; k++) {
    for (let index = 0; index < mean.length; index++) to.mean[index]! += rows[k * stride + index]! * pull[k]!;
  }
  const weight = curvature(movedShares(start, inner, pull, rooms), noise, rooms);
  shrink(covariance, reach, gainOf(inner, weight, n), to.covariance);
  return vote;
}

/** Room for what a step towards the mode needs, to be filled again at each. */
type StepRooms = ReturnType<typeof roomsFor>;

function roomsFor(n: number) {
  const [vector, square] = [() => new Float64Array(n), () => new Float64Array(n * n)];
  return {
    ...{ shares: vector(), step: vector() },
    ...{ jacobian: square(), weighted: square(), weight: square(), system: square() },
  };
}

/** What an item's outcomes are taken to be once its logits are pulled. */
function movedShares(
  start: Float64Array,
  inner: Float64Array,
  pull: Float64Array,
  { shares }: StepRooms,
): Float64Array {
  const n = start.length;
  for (let k = 0; k < n; k++) {
    let logit = start[k]!;
    for (let l = 0; l < n; l++) logit += inner[k * n + l]! * pull[l]!;
    shares[k] = logit;
  }
  softmax(shares, n);
  return shares;
}

/** The plain vote on an item, as `predictVote` gives it. */
export function voteOn(problem: Problem, item: number, mean: Float64Array): Float64Array {
  const vote = new Float64Array(problem.rowStart[item + 1]! - problem.rowStart[item]!);
  predictVote(problem, item, ballotOf(problem, mean), vote);
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
  const reach = reachOf(covariance, mean.length, featuresOf(problem, item), n);
  const weight = curvature(voteOn(problem, item, mean).subarray(0, n), learningNoise(problem, item, rate), roomsFor(n));
  shrink(covariance, reach, gainOf(reach.inner, weight, n), covariance);
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

function featuresOf(problem: Problem, item: number): Features {
  const { kept, classCount, slots, candidates, outcomes, rowStart, slotClasses, layout } = problem;
  const models = kept.length;
  const candidateCount = candidates[item]!;
  const features = { slots: [] as number[], indices: [] as number[], values: [] as number[] };
  const add = (slot: number, index: number, value: number) => {
    features.slots.push(slot);
    features.indices.push(index);
    features.values.push(value);
  };
  const votes = new Float64Array(candidateCount);
  for (let model = 0; model < models; model++) {
    const slot = slots[item * models + model]!;
    if (slot >= candidateCount) continue;
    votes[slot]! += 1;
    add(slot, WEIGHTS + model, 1);
    const votedFor = slotClasses[rowStart[item]! + slot]!;
    if (layout.skillTerms >= 0) add(slot, layout.skillTerms + model * classCount + votedFor, 1);
  }
  for (let slot = 0; slot < candidateCount; slot++) {
    add(slot, STRENGTH, votes[slot]! / models);
    const candidate = slotClasses[rowStart[item]! + slot]!;
    if (layout.classTerms >= 0) add(slot, layout.classTerms + candidate, 1);
  }
  if (outcomes[item]! > candidateCount) add(candidateCount, OTHER, 1);
  eachAgreement(problem, item, (pair, slot) => add(slot, layout.pairTerms + pair, 1));
  return features;
}

/** W: how sharply a click measures the logits, given the predicted shares. */
function curvature(
  shares: Float64Array,
  { floors, trust }: ClickNoise,
  { jacobian, weighted, weight }: StepRooms,
): Float64Array {
  const n = shares.length;
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      const entry = (row === column ? shares[row]! : 0) - shares[row]! * shares[column]!;
      jacobian[row * n + column] = entry;
      weighted[row * n + column] = (entry * trust ** 2) / (floors[row]! + trust * shares[row]!);
    }
  }
  return multiply(jacobian, weighted, n, weight);
}

/** (I + W A)^-1 W: what the covariance loses in the directions of the item's outcomes. */
function gainOf(inner: Float64Array, weight: Float64Array, n: number): Float64Array {
  const gain = weight.slice();
  solve(plusIdentity(multiply(weight, inner, n, new Float64Array(n * n)), n), gain, n, n);
  return gain;
}

/** Writes over `product`, and gives it back. */
function multiply(a: Float64Array, b: Float64Array, n: number, product: Float64Array): Float64Array {
  product.fill(0);
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
