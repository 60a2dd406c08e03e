import { emptyBallot, gradientOf, pullVotes } from './ballot.ts';
import type { Belief } from './belief.ts';
import { EXACT_RIVALS } from './constants.ts';
import { dot, spread } from './gaussian.ts';
import type { Labels } from './labels.ts';
import { normalBelow } from './normal.ts';
import type { Problem } from './problem.ts';
import { byScenario, type ScenarioGap, scenariosOf } from './scenario-gaps.ts';
import { longestRow } from './vote.ts';

/** A model that could still overtake the leader. Models are distinct-model indices; scores count images. */
export type Rival = {
  readonly model: number;
  /** Delta: how many more images the leader is expected to have right. */
  readonly gap: number;
  /** Variance of the difference from the labels: those nobody gave yet, and those given, which may be wrong. */
  readonly aleatoric: number;
  /** Both together, as far as such differences really spread. */
  readonly spread: number;
  /** Variance of the difference from the weights still uncertain. */
  readonly epistemic: number;
  /** Items on which the two differ. */
  readonly apart: number;
  /** In each scenario of how people err: its weight, the gap, and the variance from what their errors may favor. */
  readonly scenarios: readonly ScenarioGap[];
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
  belief: Belief,
  labels: Labels,
  hardness: Float64Array,
  right: Float64Array,
  leader: number,
): Rival[] {
  const { probabilities } = labels;
  const threats = threatsTo(problem, belief, labels, hardness, right, leader);
  const exact = threats.slice(0, EXACT_RIVALS).map((threat): Rival => {
    const gradient = gapGradient(problem, probabilities, leader, threat.model);
    const direction = spread(belief.weights.covariance, gradient);
    const epistemic = Math.max(0, dot(gradient, direction));
    return { ...rivalOf(problem, threat, epistemic), exact: { gradient, direction } };
  });
  const ratio = exact.reduce((largest, { aleatoric, epistemic }) => Math.max(largest, epistemic / aleatoric), 0);
  const far = threats.slice(EXACT_RIVALS).map((threat) => rivalOf(problem, threat, ratio * threat.aleatoric));
  return [...exact, ...far];
}

/** Labels that people gave spread as their probabilities say; the rest, wider. */
function rivalOf({ assumptions }: Problem, { answered, ...threat }: Threat, epistemic: number): Rival {
  const { dispersion, answeredDispersion } = assumptions;
  const open = threat.aleatoric - answered + epistemic;
  return { ...threat, epistemic, spread: dispersion * open + answeredDispersion * answered };
}

/** Standard deviation of the difference between the leader's score and a rival's, in images. */
export function deviationOf({ gap, spread: variance, scenarios }: Pick<Rival, 'gap' | 'spread' | 'scenarios'>): number {
  const people = scenarios.reduce((sum, one) => sum + one.weight * ((one.gap - gap) ** 2 + one.lean), 0);
  return Math.sqrt(variance + people);
}

/** Probability that a rival has at least `lead` more images right than the leader; halves round between counts. */
export function chanceToPass(
  { spread: variance, scenarios }: Pick<Rival, 'spread' | 'scenarios'>,
  lead: number,
): number {
  let chance = 0;
  for (const { weight, gap, lean } of scenarios) {
    chance += weight * normalBelow(-(gap + lead) / Math.sqrt(variance + lean));
  }
  return chance;
}

type Threat = Pick<Rival, 'model' | 'gap' | 'aleatoric' | 'apart' | 'scenarios'> & {
  /** The part of `aleatoric` from labels given. */
  readonly answered: number;
};

function threatsTo(
  problem: Problem,
  belief: Belief,
  labels: Labels,
  hardness: Float64Array,
  right: Float64Array,
  leader: number,
): Threat[] {
  const models = right.length;
  const byScore = Array.from(right.keys()).sort((a, b) => right[b]! - right[a]! || a - b);
  const isLarge = problem.slots.length > VOTES_MAX && models > STRONGEST;
  const measured = isLarge ? byScore.slice(0, STRONGEST) : byScore;
  const { variances, answeredVariances, ...errors } = gapVariances(
    problem,
    labels.probabilities,
    belief,
    hardness,
    leader,
    measured,
  );
  const gaps = byScenario(problem, labels, leader, measured, errors);
  const widest = isLarge ? variances.reduce((a, b) => Math.max(a, b)) : 0;
  const threats = byScore
    .map((model, rank) => {
      const gap = right[leader]! - right[model]!;
      return {
        model,
        gap,
        answered: answeredVariances[rank] ?? 0,
        apart: errors.apart[rank] ?? 0,
        aleatoric: variances[rank] ?? widest,
        scenarios: scenariosOf(labels, gaps, rank, gap),
      };
    })
    .filter(({ model, aleatoric }) => model !== leader && aleatoric > 1e-9);
  // Rounded, so that equals stay in the order of the pool whatever the last bits say.
  const closeness = ({ gap, aleatoric }: Threat) => Math.round(((gap + 0.5) / Math.sqrt(aleatoric)) * 1e9);
  return threats.sort((a, b) => closeness(a) - closeness(b) || a.model - b.model);
}

/** Variances of the score differences between the leader and some models, labels independent. Cost: items x models. */
function gapVariances(
  problem: Problem,
  probabilities: Float64Array,
  { answers }: Belief,
  hardness: Float64Array,
  leader: number,
  models: readonly number[],
) {
  const { kept, itemImages, slots, rowStart } = problem;
  const columns = Int32Array.from(models);
  const variances = new Float64Array(columns.length);
  const answeredVariances = new Float64Array(columns.length);
  const errors = new Float64Array(columns.length);
  const apart = new Float64Array(columns.length);
  for (let item = 0; item < itemImages.length; item++) {
    const firstVote = item * kept.length;
    const start = rowStart[item]!;
    const leading = slots[firstVote + leader]!;
    const leaderRight = probabilities[start + leading]!;
    const isAnswered = answers.has(item);
    for (let rank = 0; rank < columns.length; rank++) {
      const slot = slots[firstVote + columns[rank]!]!;
      if (slot === leading) continue;
      const rivalRight = probabilities[start + slot]!;
      const doubt = leaderRight + rivalRight - (leaderRight - rivalRight) ** 2;
      variances[rank]! += doubt;
      errors[rank]! += hardness[item]!;
      apart[rank]! += 1;
      if (isAnswered) answeredVariances[rank]! += doubt;
    }
  }
  return { variances, answeredVariances, errors, apart };
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
