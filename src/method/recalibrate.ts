import type { Belief } from './belief.ts';
import { passesOf } from './passes.ts';
import type { Problem } from './problem.ts';
import { shifted } from './shifted.ts';

/** Newton steps: the function is smooth and concave, a handful will do. */
const STEPS_MAX = 30;
const STEP_DONE = 1e-9;

/**
 * How many more items the leader is expected to have right than the votes say. Votes are learned where models disagree,
 * and the model that came out best there was right more often than each answer's forecast said. One shift of its log
 * odds, with prior N(0, 1), is fitted to the answered items, and applied to the others.
 *
 * @param probabilities of every outcome of every item, in the layout of `rowStart`.
 */
export function unforeseenRight(
  problem: Problem,
  { foreseen }: Belief,
  probabilities: Float64Array,
  leader: number,
): number {
  const { slots, kept, rowStart } = problem;
  const forecasts: number[] = [];
  const answers: number[] = [];
  for (const [item, row] of foreseen) {
    const slot = slots[item * kept.length + leader]!;
    forecasts.push(row[slot]!);
    answers.push(probabilities[rowStart[item]! + slot]!);
  }
  const gains = passesOf(problem).gainsOf(problem, probabilities, leader, Math.exp(fitShift(forecasts, answers)));
  for (const item of foreseen.keys()) gains[item] = 0;
  let gained = 0;
  for (let item = 0; item < gains.length; item++) gained += gains[item]!;
  return gained;
}

/** @param answers how likely each forecast came true. */
function fitShift(forecasts: readonly number[], answers: readonly number[]): number {
  let shift = 0;
  for (let round = 0; round < STEPS_MAX; round++) {
    let slope = -shift;
    let curvature = 1;
    const odds = Math.exp(shift);
    for (let place = 0; place < forecasts.length; place++) {
      const chance = shifted(forecasts[place]!, odds);
      slope += answers[place]! - chance;
      curvature += chance * (1 - chance);
    }
    const step = slope / curvature;
    shift += step;
    if (Math.abs(step) < STEP_DONE) break;
  }
  return shift;
}
