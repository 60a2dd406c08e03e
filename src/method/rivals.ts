import { emptyBallot, gradientOf, pullVotes } from './ballot.ts';
import { DISPERSION, EXACT_RIVALS } from './constants.ts';
import { dot, type Gaussian, spread } from './gaussian.ts';
import type { Problem } from './problem.ts';
import { longestRow } from './vote.ts';

/** A model that could still overtake the leader. Models are distinct-model indices; scores count images. */
export type Rival = {
  readonly model: number;
  /** Delta: how many more images the leader is expected to have right. */
  readonly gap: number;
  /** Variance of the difference from the labels nobody gave yet. */
  readonly aleatoric: number;
  /** Variance of the difference from the weights still uncertain. */
  readonly epistemic: number;
  /** How the difference hangs on the parameters; only for the rivals treated exactly, which come first. */
  readonly exact?: {
    /** g: its derivative by the parameters. */
    readonly gradient: Float64Array;
    /** h = Sigma g: what the weights' uncertainty makes of it. */
    readonly direction: Float64Array;
  };
};

/** Above this many votes, only the strongest models get their own variance. */
const VOTES_MAX = 1e6;
const STRONGEST = 24;

/** S: images of the items each distinct model is expected to have right. */
export function expectedRight(problem: Problem, probabilities: Float64Array): Float64Array {
  return sumByModel(problem, probabilities);
}

/**
 * Sums, over the items, what `values` (in the layout of `rowStart`) holds at each distinct model's vote: the majority's
 * for everybody, corrected where a model dissents. Cost: items + dissenting votes.
 */
export function sumByModel(problem: Problem, values: Float64Array): Float64Array {
  const { kept, itemImages, slots, rowStart, majority, dissenters, dissentStart } = problem;
  const corrections = new Float64Array(kept.length);
  let everybody = 0;
  for (let item = 0; item < itemImages.length; item++) {
    const start = rowStart[item]!;
    const firstVote = item * kept.length;
    const most = values[start + majority[item]!]!;
    everybody += most;
    for (let place = dissentStart[item]!; place < dissentStart[item + 1]!; place++) {
      const model = dissenters[place]!;
      corrections[model]! += values[start + slots[firstVote + model]!]! - most;
    }
  }
  return corrections.map((correction) => everybody + correction);
}

/** The first of the models with the highest expected score. */
export function leaderOf(right: Float64Array): number {
  const highest = right.reduce((best, score) => Math.max(best, score));
  return right.findIndex((score) => score >= highest - 1e-9);
}

/** Everybody whose order with the leader is still open, the most threatening first. */
export function rivalsOf(
  problem: Problem,
  probabilities: Float64Array,
  weights: Gaussian,
  right: Float64Array,
  leader: number,
): Rival[] {
  const threats = threatsTo(problem, probabilities, right, leader);
  const exact = threats.slice(0, EXACT_RIVALS).map((threat): Rival => {
    const gradient = gapGradient(problem, probabilities, leader, threat.model);
    const direction = spread(weights.covariance, gradient);
    return { ...threat, epistemic: Math.max(0, dot(gradient, direction)), exact: { gradient, direction } };
  });
  const ratio = exact.reduce((largest, { aleatoric, epistemic }) => Math.max(largest, epistemic / aleatoric), 0);
  const far = threats.slice(EXACT_RIVALS).map((threat): Rival => ({ ...threat, epistemic: ratio * threat.aleatoric }));
  return [...exact, ...far];
}

/** Standard deviation of the difference between the leader's score and a rival's, in images. */
export function deviationOf({ aleatoric, epistemic }: Pick<Rival, 'aleatoric' | 'epistemic'>): number {
  return Math.sqrt(DISPERSION * (aleatoric + epistemic));
}

type Threat = Pick<Rival, 'model' | 'gap' | 'aleatoric'>;

function threatsTo(problem: Problem, probabilities: Float64Array, right: Float64Array, leader: number): Threat[] {
  const models = right.length;
  const byScore = Array.from(right.keys()).sort((a, b) => right[b]! - right[a]! || a - b);
  const isLarge = problem.slots.length > VOTES_MAX && models > STRONGEST;
  const measured = isLarge ? byScore.slice(0, STRONGEST) : byScore;
  const variances = gapVariances(problem, probabilities, leader, measured);
  const widest = isLarge ? variances.reduce((a, b) => Math.max(a, b)) : 0;
  const threats = byScore
    .map((model, rank) => ({ model, gap: right[leader]! - right[model]!, aleatoric: variances[rank] ?? widest }))
    .filter(({ model, aleatoric }) => model !== leader && aleatoric > 1e-9);
  // Rounded, so that equals stay in the order of the pool whatever the last bits say.
  const closeness = ({ gap, aleatoric }: Threat) => Math.round(((gap + 0.5) / Math.sqrt(aleatoric)) * 1e9);
  return threats.sort((a, b) => closeness(a) - closeness(b) || a.model - b.model);
}

/** Variances of the score differences between the leader and some models, labels independent. Cost: items x models. */
function gapVariances(problem: Problem, probabilities: Float64Array, leader: number, models: readonly number[]) {
  const { kept, itemImages, slots, rowStart } = problem;
  const columns = Int32Array.from(models);
  const variances = new Float64Array(columns.length);
  for (let item = 0; item < itemImages.length; item++) {
    const firstVote = item * kept.length;
    const start = rowStart[item]!;
    const leading = slots[firstVote + leader]!;
    const leaderRight = probabilities[start + leading]!;
    for (let rank = 0; rank < columns.length; rank++) {
      const slot = slots[firstVote + columns[rank]!]!;
      if (slot === leading) continue;
      const rivalRight = probabilities[start + slot]!;
      variances[rank]! += leaderRight + rivalRight - (leaderRight - rivalRight) ** 2;
    }
  }
  return variances;
}

/** The derivative of the expected score difference (leader minus model) by the parameters. Cost: items x models. */
function gapGradient(problem: Problem, probabilities: Float64Array, leader: number, model: number): Float64Array {
  const { kept, itemImages, slots, rowStart } = problem;
  const ballot = emptyBallot(problem);
  const pull = new Float64Array(longestRow(problem));
  for (let item = 0; item < itemImages.length; item++) {
    const leading = slots[item * kept.length + leader]!;
    const rivaling = slots[item * kept.length + model]!;
    if (leading === rivaling) continue;
    const start = rowStart[item]!;
    const leaderRight = probabilities[start + leading]!;
    const rivalRight = probabilities[start + rivaling]!;
    const rowLength = rowStart[item + 1]! - start;
    for (let k = 0; k < rowLength; k++) pull[k] = (rivalRight - leaderRight) * probabilities[start + k]!;
    pull[leading]! += leaderRight;
    pull[rivaling]! -= rivalRight;
    pullVotes(problem, item, pull, ballot);
  }
  return gradientOf(problem, ballot);
}
