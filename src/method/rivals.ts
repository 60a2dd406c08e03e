import { spreadAll } from './algebra.ts';
import type { Belief } from './belief.ts';
import { EXACT_RIVALS } from './constants.ts';
import { dot } from './gaussian.ts';
import type { Labels } from './label-chances.ts';
import { normalBelow } from './normal.ts';
import { passesOf } from './passes.ts';
import type { Problem } from './problem.ts';
import { type ScenarioGaps, scenarioGaps } from './scenario-gaps.ts';

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
  /** In each scenario of how people err the gap, and the variance from what their errors may favor: at its rank among `leads`. */
  readonly rank: number;
  readonly leads: ScenarioGaps;
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
    return { ...rivalOf(problem, threat, Math.max(0, dot(gradient, direction))), exact: { gradient, direction } };
  });
  const ratio = exact.reduce((largest, { aleatoric, epistemic }) => Math.max(largest, epistemic / aleatoric), 0);
  const far = threats.slice(EXACT_RIVALS).map((threat) => rivalOf(problem, threat, ratio * threat.aleatoric));
  return [...exact, ...far];
}

/** Labels that people gave spread as their probabilities say; the rest, wider. */
function rivalOf({ assumptions }: Problem, threat: Threat, epistemic: number): Rival {
  const { dispersion, answeredDispersion } = assumptions;
  const { model, gap, aleatoric, answered, apart, rank, leads } = threat;
  const spread = dispersion * (aleatoric - answered + epistemic) + answeredDispersion * answered;
  return { model, gap, aleatoric, spread, epistemic, apart, rank, leads };
}

/** Standard deviation of the difference between the leader's score and a rival's, in images. */
export function deviationOf({ gap, spread, rank, leads }: Rival): number {
  const { weights, gaps, leans } = leads;
  let people = 0;
  for (let index = 0, place = rank * weights.length; index < weights.length; index++, place++)
    people += weights[index]! * ((gaps[place]! - gap) ** 2 + leans[place]!);
  return Math.sqrt(spread + people);
}

/** Probability that a rival has at least `lead` more images right than the leader; halves round between counts. */
export function chanceToPass(rival: Rival, lead: number): number {
  const { weights } = rival.leads;
  let chance = 0;
  for (let index = 0; index < weights.length; index++) chance += weights[index]! * chanceToPassIn(rival, index, lead);
  return chance;
}

/** The same if one of the scenarios in `leads` is true. */
export function chanceToPassIn({ spread, rank, leads }: Rival, index: number, lead: number): number {
  const place = rank * leads.weights.length + index;
  return normalBelow(-(leads.gaps[place]! + lead) / Math.sqrt(spread + leads.leans[place]!));
}

type Threat = Pick<Rival, 'model' | 'gap' | 'aleatoric' | 'apart' | 'rank' | 'leads'> & {
  /** The part of `aleatoric` from labels given. */
  readonly answered: number;
  /** The less, the more it threatens: rounded, so that equals stay in the order of the pool whatever the last bits say. */
  readonly closeness: number;
};

function threatsTo(
  problem: Problem,
  labels: Labels,
  hardness: Float64Array,
  right: Float64Array,
  leader: number,
): Threat[] {
  const models = right.length;
  const byScore = [...right.keys()].sort((a, b) => right[b]! - right[a]! || a - b);
  const isLarge = problem.slots.length > VOTES_MAX && models > STRONGEST;
  const measured = isLarge ? byScore.slice(0, STRONGEST) : byScore;
  const { gapVariances, answeredGaps } = passesOf(problem);
  const { variances, ...errors } = gapVariances(problem, labels.probabilities, hardness, leader, measured);
  const answered = answeredGaps(problem, labels, leader, measured);
  const gaps = new Float64Array(models);
  for (let rank = 0; rank < models; rank++) gaps[rank] = right[leader]! - right[byScore[rank]!]!;
  const leads = scenarioGaps(problem, labels, answered, errors, gaps);
  const widest = isLarge ? variances.reduce((a, b) => Math.max(a, b)) : 0;
  const threats: Threat[] = [];
  for (const [rank, model] of byScore.entries()) {
    const [gap, aleatoric] = [gaps[rank]!, variances[rank] ?? widest];
    if (model === leader || aleatoric <= 1e-9) continue;
    threats.push({
      model,
      gap,
      aleatoric,
      rank,
      leads,
      answered: answered.variances[rank] ?? 0,
      apart: errors.apart[rank] ?? 0,
      closeness: Math.round(((gap + 0.5) / Math.sqrt(aleatoric)) * 1e9),
    });
  }
  return threats.sort((a, b) => a.closeness - b.closeness || a.model - b.model);
}
