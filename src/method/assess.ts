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

/**
 * Derives from a belief who leads and by how much. Cost: a few times items x models.
 *
 * @param isBrief whether the assessment is used at once, and no more after the next one, of any problem: on large batches that
 *   saves the time and the room of a copy.
 */
export function assess(problem: Problem, belief: Belief, isBrief = false): Assessment {
  const { images, kept, group } = problem;
  const labels = labelsOf(problem, belief, isBrief);
  const { probabilities } = labels;
  const right = expectedRight(problem, probabilities);
  const leader = leaderOf(right);
  const gained = unforeseenRight(problem, belief, probabilities, leader);
  const rivals = rivalsOf(problem, belief, labels, hardnessOf(problem, belief, labels.probabilities), right, leader);
  const isOpen = new Set(rivals.map(({ model }) => model));
  const isTied = (model: number) => !isOpen.has(model) && Math.abs(right[model]! - right[leader]!) < 0.5;
  const chances = rivals.map((rival) => chanceToPass(rival, 0.5));
  const runnerUp = rivals[chances.indexOf(Math.max(...chances))];
  return {
    leader: kept[leader]!,
    tiedWithLeader: Array.from(group.keys()).filter((model) => model !== kept[leader] && isTied(group[model]!)),
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
  const lead = tolerated(assessment, tolerance);
  return assessment.rivals.reduce((sum, rival) => sum + chanceToPass(rival, lead), 0);
}

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
