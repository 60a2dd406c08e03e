import type { Labels } from './labels.ts';
import { leanOf } from './lean.ts';
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
type AnsweredGaps = {
  /** The part of each gap's variance that comes from items with clicks. */
  readonly variances: Float64Array;
  /** `shifts[rank * scenarios + scenario]`: what each scenario adds to the gap. */
  readonly shifts: Float64Array;
};

/** Cost: scenarios x answers x models. */
export function answeredGaps(problem: Problem, labels: Labels, leader: number, models: Int32Array): AnsweredGaps {
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
  return { variances, shifts };
}

/** `changes[slot * scenarios + scenario]`: what a scenario adds to the lead over a model that voted for the slot of an item. */
function changesOf(problem: Problem, labels: Labels, place: number, leading: number, changes: Float64Array): void {
  const { probabilities, answered, answeredStart, within } = labels;
  const item = answered[place]!;
  const start = problem.rowStart[item]!;
  const first = answeredStart[place]!;
  const outcomes = answeredStart[place + 1]! - first;
  const length = problem.rowStart[item + 1]! - start;
  for (let index = 0; index < within.length; index++) {
    const here = within[index]!;
    // The slot of abstentions, behind the outcomes, has nothing to change.
    const leads = leading < outcomes ? here[first + leading]! - probabilities[start + leading]! : 0;
    for (let slot = 0; slot < length; slot++) {
      const change = slot < outcomes ? here[first + slot]! - probabilities[start + slot]! : 0;
      changes[slot * within.length + index] = leads - change;
    }
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
  { shifts }: AnsweredGaps,
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
      within[place] = gaps[rank]! + (shifts[place] ?? 0);
      leans[place] = rank < apart.length ? leanOf(assumptions, rate * errors[rank]!, apart[rank]!) : 0;
    }
  }
  return { scenarios, weights: Float64Array.from(likely, ({ weight }) => weight), gaps: within, leans };
}
