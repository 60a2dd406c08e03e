import type { Belief } from './belief.ts';
import type { Problem } from './problem.ts';

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
  { slots, kept, rowStart, itemImages }: Problem,
  { foreseen }: Belief,
  probabilities: Float64Array,
  leader: number,
): number {
  const slotOf = (item: number) => slots[item * kept.length + leader]!;
  const answered = Array.from(foreseen, ([item, row]) => ({
    forecast: row[slotOf(item)]!,
    outcome: probabilities[rowStart[item]! + slotOf(item)]!,
  }));
  const odds = Math.exp(fitShift(answered));
  const isAnswered = new Uint8Array(itemImages.length);
  for (const item of foreseen.keys()) isAnswered[item] = 1;
  let gained = 0;
  for (let item = 0; item < itemImages.length; item++) {
    if (isAnswered[item] === 1) continue;
    const chance = probabilities[rowStart[item]! + slots[item * kept.length + leader]!]!;
    gained += shifted(chance, odds) - chance;
  }
  return gained;
}

function fitShift(answered: readonly { forecast: number; outcome: number }[]): number {
  let shift = 0;
  for (let round = 0; round < STEPS_MAX; round++) {
    let slope = -shift;
    let curvature = 1;
    const odds = Math.exp(shift);
    for (const { forecast, outcome } of answered) {
      const chance = shifted(forecast, odds);
      slope += outcome - chance;
      curvature += chance * (1 - chance);
    }
    const step = slope / curvature;
    shift += step;
    if (Math.abs(step) < STEP_DONE) break;
  }
  return shift;
}

/** A probability with its odds multiplied. */
function shifted(chance: number, odds: number): number {
  return (chance * odds) / (1 + chance * (odds - 1));
}
