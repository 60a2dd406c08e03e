import { spreadAll } from './algebra.ts';
import type { Belief } from './belief.ts';
import { EXACT_RIVALS } from './constants.ts';
import { dot } from './gaussian.ts';
import type { Labels } from './labels.ts';
import { normalBelow } from './normal.ts';
import { passesOf } from './passes.ts';
import type { Problem } from './problem.ts';
import { answeredGaps, leansOf, type ScenarioGap, scenariosOf } from './scenario-gaps.ts';

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
  return passesOf(problem).sumByModel(problem, probabilities);
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
  const threats = threatsTo(problem, labels, hardness, right, leader);
  const near = threats.slice(0, EXACT_RIVALS);
  const models = near.map(({ model }) => model);
  const gradients = passesOf(problem).gapGradients(problem, probabilities, leader, models);
  const directions = spreadAll(belief.weights.covariance, gradients);
  const exact = near.map((threat, rank): Rival => {
    const gradient = gradients[rank]!;
    const direction = directions[rank]!;
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
  labels: Labels,
  hardness: Float64Array,
  right: Float64Array,
  leader: number,
): Threat[] {
  const models = right.length;
  const byScore = Array.from(right.keys()).sort((a, b) => right[b]! - right[a]! || a - b);
  const isLarge = problem.slots.length > VOTES_MAX && models > STRONGEST;
  const measured = isLarge ? byScore.slice(0, STRONGEST) : byScore;
  const { gapVariances } = passesOf(problem);
  const { variances, ...errors } = gapVariances(problem, labels.probabilities, hardness, leader, measured);
  const answered = answeredGaps(problem, labels, leader, Int32Array.from(measured));
  const leans = leansOf(problem, labels, errors);
  const widest = isLarge ? variances.reduce((a, b) => Math.max(a, b)) : 0;
  const threats = byScore
    .map((model, rank) => {
      const gap = right[leader]! - right[model]!;
      return {
        model,
        gap,
        answered: answered.variances[rank] ?? 0,
        apart: errors.apart[rank] ?? 0,
        aleatoric: variances[rank] ?? widest,
        scenarios: scenariosOf(labels, answered, leans, rank, gap),
      };
    })
    .filter(({ model, aleatoric }) => model !== leader && aleatoric > 1e-9);
  // Rounded, so that equals stay in the order of the pool whatever the last bits say.
  const closeness = ({ gap, aleatoric }: Threat) => Math.round(((gap + 0.5) / Math.sqrt(aleatoric)) * 1e9);
  return threats.sort((a, b) => closeness(a) - closeness(b) || a.model - b.model);
}
