import { accuracyDeviations, expectedAccuracies } from './accuracy.ts';
import type { Belief } from './belief.ts';
import { PATIENCE } from './constants.ts';
import { hardnessOf } from './hardness.ts';
import type { Labels } from './label-chances.ts';
import { labelsOf } from './labels.ts';
import type { Problem } from './problem.ts';
import { unforeseenRight } from './recalibrate.ts';
import { chanceToPass, chanceToPassIn, expectedRight, leaderOf, type Rival, rivalsOf } from './rivals.ts';

/** What a belief says about the models. Model indices are the original ones, but for those inside `rivals`. */
export type Assessment = {
  /** The model expected to have most of the batch right; of equals, the first. */
  readonly leader: number;
  /** Models that certainly have exactly as many right as the leader: its duplicates, and those no label can part. */
  readonly tiedWithLeader: readonly number[];
  /** The model most likely to be better than the leader; absent when none can be any more. */
  readonly runnerUp?: number;
  /** True when no label can change the leader: the answer is exact. */
  readonly isFinal: boolean;
  /** `expectedAccuracy[model]`: share of the whole batch it is expected to have right, unanimous images included. */
  readonly expectedAccuracy: Float64Array;
  /** `accuracySd[model]`: how far off that may be. Computed when read: it takes as long as all the rest. */
  readonly accuracySd: Float64Array;
  /** `chanceBest[model]`: sums to 1. A duplicate's chance is counted at the first of its kind. */
  readonly chanceBest: Float64Array;
  /** Images of the batch, which tolerances are fractions of. */
  readonly images: number;
  /** Who can still overtake the leader, most threatening first. */
  readonly rivals: readonly Rival[];
  /** Probability of every outcome of every item, in the layout of `rowStart`. */
  readonly labelProbabilities: Float64Array;
  readonly labels: Labels;
  /** Items each distinct model is expected to have right. */
  readonly expectedRight: Float64Array;
};

/** Images a rival is ahead when it is better, between two counts. */
const BETTER = 0.5;

/**
 * Derives from a belief who leads and by how much. Cost: a few times items x models.
 *
 * @param isBrief whether the assessment is used at once, and no more after the next one, of any problem: on large batches that
 *   saves the time and the room of a copy.
 */
export function assess(problem: Problem, belief: Belief, isBrief = false): Assessment {
  const { images, kept } = problem;
  const labels = labelsOf(problem, belief, isBrief);
  const { probabilities } = labels;
  const right = expectedRight(problem, probabilities);
  const leader = leaderOf(right);
  const gained = unforeseenRight(problem, belief, probabilities, leader);
  const rivals = rivalsOf(problem, belief, labels, hardnessOf(problem, belief, labels.probabilities), right, leader);
  const chances = rivals.map((rival) => chanceToPass(rival, BETTER));
  doubts.set(rivals, new Map([[BETTER, chances.reduce((sum, chance) => sum + chance, 0)]]));
  const runnerUp = rivals[chances.indexOf(Math.max(...chances))];
  return {
    leader: kept[leader]!,
    tiedWithLeader: tiedModels(problem, right, leader, rivals),
    ...(runnerUp && { runnerUp: kept[runnerUp.model]! }),
    expectedAccuracy: expectedAccuracies(problem, belief.weights, right, leader, gained),
    get accuracySd() {
      return accuracyDeviations(problem, belief.weights, probabilities, leader);
    },
    isFinal: rivals.length === 0,
    chanceBest: chancesToBeBest(problem, leader, rivals, chances),
    images,
    rivals,
    labels,
    labelProbabilities: probabilities,
    expectedRight: right,
  };
}

function tiedModels({ kept, group }: Problem, right: Float64Array, leader: number, rivals: readonly Rival[]): number[] {
  const isOpen = new Uint8Array(right.length);
  for (const { model } of rivals) isOpen[model] = 1;
  const tied: number[] = [];
  for (let model = 0; model < group.length; model++) {
    const distinct = group[model]!;
    if (model === kept[leader] || isOpen[distinct] === 1) continue;
    if (Math.abs(right[distinct]! - right[leader]!) < 0.5) tied.push(model);
  }
  return tied;
}

/** Images a rival must be ahead to break a claim, between two counts. */
export function tolerated({ images }: Assessment, tolerance: number): number {
  return Math.floor(tolerance * images + 1e-9) + 0.5;
}

/**
 * A lower bound on the probability that no model has more right than the leader, by more than `tolerance` (a fraction
 * of the batch): 0 asks for "the best, or tied with the best".
 */
export function confidence(assessment: Assessment, tolerance: number): number {
  return Math.max(0, 1 - doubt(assessment, tolerance));
}

/** The chances of all rivals to break the claim, summed: above 1 while many are in the race. */
export function doubt(assessment: Assessment, tolerance: number): number {
  const { rivals } = assessment;
  const lead = tolerated(assessment, tolerance);
  const known = doubts.get(rivals) ?? new Map<number, number>();
  doubts.set(rivals, known);
  const sum = known.get(lead) ?? rivals.reduce((total, rival) => total + chanceToPass(rival, lead), 0);
  known.set(lead, sum);
  return sum;
}

/** Their sums by lead: the same claims are asked about again and again, to choose a question and to say where things stand. */
const doubts = new WeakMap<readonly Rival[], Map<number, number>>();

/** The same confidence if people err as little as is still thinkable. */
export function optimism(assessment: Assessment, tolerance: number): number {
  const lead = tolerated(assessment, tolerance);
  return Math.max(0, 1 - assessment.rivals.reduce((sum, rival) => sum + chanceToPassIn(rival, 0, lead), 0));
}

/** True when the last answers, `PATIENCE` in a row, each left the confidence at or above the target. */
export function isSettled(confidences: readonly number[], target: number): boolean {
  return confidences.length >= PATIENCE && confidences.slice(-PATIENCE).every((value) => value >= target);
}

/**
 * The leader has what the rivals leave, but never less than the strongest of them.
 *
 * @param chances of each rival to be better.
 */
function chancesToBeBest(
  { kept, group }: Problem,
  leader: number,
  rivals: readonly Rival[],
  chances: readonly number[],
): Float64Array {
  const best = new Float64Array(group.length);
  let total = 0;
  let strongest = 0;
  for (const [rank, { model }] of rivals.entries()) {
    const chance = chances[rank]!;
    best[kept[model]!] = chance;
    total += chance;
    strongest = Math.max(strongest, chance);
  }
  const leading = Math.max(1 - total, strongest);
  best[kept[leader]!] = leading;
  return best.map((chance) => chance / (total + leading));
}
