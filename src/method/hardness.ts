import type { Belief } from './belief.ts';
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
