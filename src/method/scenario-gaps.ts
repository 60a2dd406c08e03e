import type { Labels } from './labels.ts';
import { leanOf } from './lean.ts';
import type { Problem } from './problem.ts';
import { longestRow } from './vote.ts';

/** What one scenario of how people err makes of a lead. */
export type ScenarioGap = {
  /** Its place in the problem's list, and the belief in it. */
  readonly scenario: number;
  readonly weight: number;
  /** How many more images the leader is expected to have right in it. */
  readonly gap: number;
  /** Variance from what people's mistakes have in common. */
  readonly lean: number;
};

/** Items where the leader and each model differ, and the wrong clicks expected on them for each unit of click error. */
type Apart = { readonly errors: Float64Array; readonly apart: Float64Array };

/** What the clicks mean in each scenario: `shifts[scenario][rank]` to each gap, `leans[scenario][rank]` its variance. */
type ByScenario = { readonly shifts: readonly Float64Array[]; readonly leans: readonly Float64Array[] };

/** Cost: scenarios x answers x models. */
export function byScenario(
  problem: Problem,
  labels: Labels,
  leader: number,
  models: readonly number[],
  { errors, apart }: Apart,
): ByScenario {
  const { probabilities, scenarios, answeredStart, within } = labels;
  const { assumptions } = problem;
  const shifts = scenarios.map(() => new Float64Array(models.length));
  const changes = new Float64Array(longestRow(problem));
  for (const { item, place, start, leading, voted } of answersSeen(problem, labels, leader, models)) {
    const first = answeredStart[place]!;
    const outcomes = answeredStart[place + 1]! - first;
    for (const [index, shift] of shifts.entries()) {
      const here = within[index]!;
      // The slot of abstentions, behind the outcomes, has nothing to change.
      for (let slot = 0; slot < outcomes; slot++) changes[slot] = here[first + slot]! - probabilities[start + slot]!;
      if (outcomes < problem.rowStart[item + 1]! - start) changes[outcomes] = 0;
      const leads = changes[leading]!;
      for (let rank = 0; rank < shift.length; rank++) shift[rank]! += leads - changes[voted[rank]!]!;
    }
  }
  const leans = scenarios.map(({ scenario }) => {
    const { rate } = assumptions.scenarios[scenario]!;
    return errors.map((wrong, rank) => leanOf(assumptions, rate * wrong, apart[rank]!));
  });
  return { shifts, leans };
}

/** The part of each gap's variance that comes from items with clicks. Cost: answers x models. */
export function answeredGaps(
  problem: Problem,
  labels: Labels,
  leader: number,
  models: readonly number[],
): Float64Array {
  const { probabilities } = labels;
  const variances = new Float64Array(models.length);
  for (const { start, leading, voted } of answersSeen(problem, labels, leader, models)) {
    const leaderRight = probabilities[start + leading]!;
    for (let rank = 0; rank < voted.length; rank++) {
      if (voted[rank] === leading) continue;
      const rivalRight = probabilities[start + voted[rank]!]!;
      variances[rank]! += leaderRight + rivalRight - (leaderRight - rivalRight) ** 2;
    }
  }
  return variances;
}

/** Each item with clicks: where its row starts, and the slots that the leader and some models voted for. */
function* answersSeen(
  { kept, slots, rowStart }: Problem,
  { answered }: Labels,
  leader: number,
  models: readonly number[],
) {
  const voted = new Uint16Array(models.length);
  for (const [place, item] of answered.entries()) {
    const firstVote = item * kept.length;
    for (let rank = 0; rank < voted.length; rank++) voted[rank] = slots[firstVote + models[rank]!]!;
    yield { item, place, start: rowStart[item]!, leading: slots[firstVote + leader]!, voted };
  }
}

/** How a rival stands in each scenario, given the gap over all of them. */
export function scenariosOf(
  { scenarios }: Labels,
  { shifts, leans }: ByScenario,
  rank: number,
  gap: number,
): ScenarioGap[] {
  return scenarios.map(({ scenario, weight }, index) => ({
    scenario,
    weight,
    gap: gap + (shifts[index]![rank] ?? 0),
    lean: leans[index]![rank] ?? 0,
  }));
}
