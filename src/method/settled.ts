import type { Assessment } from './assess.ts';
import type { Belief } from './belief.ts';
import type { Problem } from './problem.ts';

/** What people can take away as data: an image's label after everything said about it. */
export type SettledLabel = {
  readonly image: number;
  /** The likeliest class; `null` where that is some class no model predicted and no two clicks named. */
  readonly class: number | null;
  /** Its probability, from the votes and all clicks. */
  readonly probability: number;
  /** Clicks it rests on. */
  readonly opinions: number;
};

/** One label for each image people answered, in the order of the images. Images that all models agree on have none. */
export function settledLabels(problem: Problem, belief: Belief, { labelProbabilities }: Assessment): SettledLabel[] {
  const { rowStart, outcomes, slotClasses, candidates, itemImages } = problem;
  return Array.from(belief.answers, ([item, given]) => {
    const start = rowStart[item]!;
    let best = 0;
    for (let slot = 1; slot < outcomes[item]!; slot++) {
      if (labelProbabilities[start + slot]! > labelProbabilities[start + best]!) best = slot;
    }
    const named = given.findLast(({ slot }) => slot === best)?.class;
    const settled = best < candidates[item]! ? slotClasses[start + best]! : (named ?? null);
    return {
      image: itemImages[item]!,
      class: settled,
      probability: labelProbabilities[start + best]!,
      opinions: given.length,
    };
  }).sort((a, b) => a.image - b.image);
}
