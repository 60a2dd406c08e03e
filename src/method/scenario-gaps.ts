import type { Labels } from './labels.ts';
import { leanOf } from './lean.ts';
import type { Problem } from './problem.ts';

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
  { kept, slots, rowStart, assumptions }: Problem,
  { probabilities, scenarios, answered, answeredStart, within }: Labels,
  leader: number,
  models: readonly number[],
  { errors, apart }: Apart,
): ByScenario {
  const shifts = scenarios.map(() => new Float64Array(models.length));
  const leans = scenarios.map(() => new Float64Array(models.length));
  for (const [index, { scenario }] of scenarios.entries()) {
    const shift = shifts[index]!;
    const lean = leans[index]!;
    const { rate } = assumptions.scenarios[scenario]!;
    for (const [place, item] of answered.entries()) {
      const firstVote = item * kept.length;
      const leading = slots[firstVote + leader]!;
      const here = answeredStart[place]!;
      const start = rowStart[item]!;
      for (let rank = 0; rank < models.length; rank++) {
        const slot = slots[firstVote + models[rank]!]!;
        if (slot === leading) continue;
        shift[rank]! +=
          chanceAt(within[index]!, here, leading, answeredStart[place + 1]!) - probabilities[start + leading]!;
        shift[rank]! -= chanceAt(within[index]!, here, slot, answeredStart[place + 1]!) - probabilities[start + slot]!;
      }
    }
    for (let rank = 0; rank < models.length; rank++) {
      lean[rank] = leanOf(assumptions, rate * errors[rank]!, apart[rank]!);
    }
  }
  return { shifts, leans };
}

/** 0 at the slot of abstentions, which lies behind the outcomes. */
function chanceAt(rows: Float64Array, start: number, slot: number, end: number): number {
  return start + slot < end ? rows[start + slot]! : 0;
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
