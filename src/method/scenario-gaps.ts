import type { Assumptions } from './constants.ts';
import type { Labels } from './label-chances.ts';
import type { Problem } from './problem.ts';
import { longestRow } from './vote.ts';

/** What each scenario of how people err makes of the leads over the models of a list, by rank. */
export type ScenarioGaps = {
  /** The scenarios' places in the problem's list, and the belief in each. */
  readonly scenarios: Int32Array;
  readonly weights: Float64Array;
  /** `gaps[rank * scenarios + scenario]`: how many more images the leader is expected to have right in it. */
  readonly gaps: Float64Array;
  /** `leans[rank * scenarios + scenario]`: variance from what people's mistakes have in common. */
  readonly leans: Float64Array;
};

/** Items where the leader and each model differ, and the wrong clicks expected on them for each unit of click error. */
type Apart = { readonly errors: Float64Array; readonly apart: Float64Array };

/** What the clicks mean for the lead over each model, by rank. */
export type AnsweredGaps = {
  /** The part of each gap's variance that comes from items with clicks. */
  readonly variances: Float64Array;
  /** `shifts[rank * width + scenario]`: what each scenario adds to the gap. */
  readonly shifts: Float64Array;
  readonly width: number;
};

/** Cost: scenarios x answers x models. */
export function answeredGaps(
  problem: Problem,
  labels: Labels,
  leader: number,
  models: readonly number[],
): AnsweredGaps {
  const { kept, slots, rowStart } = problem;
  const { probabilities, scenarios, answered } = labels;
  const variances = new Float64Array(models.length);
  const shifts = new Float64Array(models.length * scenarios.length);
  const changes = new Float64Array(longestRow(problem) * scenarios.length);
  for (let place = 0; place < answered.length; place++) {
    const item = answered[place]!;
    const [firstVote, start] = [item * kept.length, rowStart[item]!];
    const leading = slots[firstVote + leader]!;
    const leaderRight = probabilities[start + leading]!;
    changesOf(problem, labels, place, leading, changes);
    for (let rank = 0; rank < models.length; rank++) {
      const slot = slots[firstVote + models[rank]!]!;
      if (slot === leading) continue;
      const rivalRight = probabilities[start + slot]!;
      variances[rank]! += leaderRight + rivalRight - (leaderRight - rivalRight) ** 2;
      const [to, from] = [rank * scenarios.length, slot * scenarios.length];
      for (let index = 0; index < scenarios.length; index++) shifts[to + index]! += changes[from + index]!;
    }
  }
  return { variances, shifts, width: scenarios.length };
}

/** `changes[slot * scenarios + scenario]`: what a scenario adds to the lead over a model that voted for the slot of an item. */
function changesOf(problem: Problem, labels: Labels, place: number, leading: number, changes: Float64Array): void {
  const { probabilities, scenarios, answered, answeredStart, within } = labels;
  const item = answered[place]!;
  const start = problem.rowStart[item]!;
  const first = answeredStart[place]!;
  const outcomes = answeredStart[place + 1]! - first;
  const length = problem.rowStart[item + 1]! - start;
  const width = scenarios.length;
  for (let index = 0; index < width; index++) {
    // The slot of abstentions, behind the outcomes, has nothing to change.
    const changeOf = (slot: number) =>
      slot < outcomes ? within[(first + slot) * width + index]! - probabilities[start + slot]! : 0;
    const leads = changeOf(leading);
    for (let slot = 0; slot < length; slot++) changes[slot * width + index] = leads - changeOf(slot);
  }
}

/**
 * How the leads stand in each scenario.
 *
 * @param gaps over all of them, by rank; the models at the end of the list may have nothing else.
 */
export function scenarioGaps(
  { assumptions }: Problem,
  { scenarios: likely }: Labels,
  { shifts, width }: AnsweredGaps,
  { errors, apart }: Apart,
  gaps: Float64Array,
): ScenarioGaps {
  const scenarios = Int32Array.from(likely, ({ scenario }) => scenario);
  const within = new Float64Array(gaps.length * scenarios.length);
  const leans = new Float64Array(within.length);
  for (const [index, scenario] of scenarios.entries()) {
    const { rate } = assumptions.scenarios[scenario]!;
    for (let rank = 0; rank < gaps.length; rank++) {
      const place = rank * scenarios.length + index;
      within[place] = gaps[rank]! + (shifts[rank * width + index] ?? 0);
      leans[place] = rank < apart.length ? leanOf(assumptions, rate * errors[rank]!, apart[rank]!) : 0;
    }
  }
  return { scenarios, weights: Float64Array.from(likely, ({ weight }) => weight), gaps: within, leans };
}

/**
 * Variance of a difference between two models from what people's mistakes have in common. Mistakes come in clusters: many
 * images mislead people for one reason, and a reason favors one model. The larger the share of the images on which the two
 * differ that people get wrong, the more it is such reasons, and not slips.
 *
 * @param wrong clicks expected to be wrong among the images on which the two differ.
 * @param apart how many these are.
 */
function leanOf({ lean }: Assumptions, wrong: number, apart: number): number {
  const share = wrong / Math.max(1, apart);
  return lean.cluster * wrong * Math.min(1, share / lean.share) ** lean.power;
}
