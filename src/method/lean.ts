import type { Belief } from './belief.ts';
import type { Assumptions } from './constants.ts';
import { passesOf } from './passes.ts';
import type { Problem } from './problem.ts';

/**
 * `hardness[item]`: for each unit of click error, the chance that a click here is wrong, by the vote before anybody said
 * anything. Cost: all outcomes.
 */
export function hardnessOf(problem: Problem, { foreseen }: Belief, probabilities: Float64Array): Float64Array {
  const { rowStart, outcomes, wrongClicks } = problem;
  const hardness = passesOf(problem).wrongOf(problem, probabilities);
  for (const [item, vote] of foreseen) {
    const start = rowStart[item]!;
    hardness[item] = 0;
    for (let k = 0; k < outcomes[item]!; k++) hardness[item]! += wrongClicks[start + k]! * (1 - vote[k]!);
  }
  return hardness;
}

/**
 * Variance of a difference between two models from what people's mistakes have in common. Mistakes come in clusters: many
 * images mislead people for one reason, and a reason favors one model. The larger the share of the images on which the two
 * differ that people get wrong, the more it is such reasons, and not slips.
 *
 * @param wrong clicks expected to be wrong among the images on which the two differ.
 * @param apart how many these are.
 */
export function leanOf({ lean }: Assumptions, wrong: number, apart: number): number {
  const share = wrong / Math.max(1, apart);
  return lean.cluster * wrong * Math.min(1, share / lean.share) ** lean.power;
}
