import type { Problem } from './problem.ts';

/** Share of wrong clicks that follow no model: of people's errors on the mvh sets, two in five name a class no model did. */
const STRAY = 0.3;

/** However hard the image and however bad the people, some clicks are more than a guess. */
const NOISE_MAX = 0.6;

/** How a click comes about: on outcome k with `floors[k]` whatever is true, and on the true one with `trust` on top. */
export type ClickNoise = { readonly floors: Float64Array; readonly trust: number };

/**
 * For each outcome of each item (in the layout of `rowStart`), how likely a click is to land there though another is
 * true, for each unit of click error. Towards votes: a person in doubt says what some model says, so that errors come
 * where models disagree; if the most voted class is the true one, they average the click error over the whole batch.
 */
export function wrongClicksOf(problem: Omit<Problem, 'layout' | 'wrongClicks'>): Float64Array {
  const { images, itemImages, outcomes, rowStart, assumptions } = problem;
  const landing = new Float64Array(rowStart[itemImages.length]!);
  let doubt = 0;
  for (let item = 0; item < itemImages.length; item++) {
    const row = landing.subarray(rowStart[item]!, rowStart[item]! + outcomes[item]!);
    if (assumptions.wrongClicks === 'anywhere') row.fill(1 / (row.length - 1));
    else addVoteShares(problem, item, row);
    doubt += 1 - row.reduce((most, share) => Math.max(most, share), 0);
  }
  return assumptions.wrongClicks === 'anywhere' ? landing : landing.map((share) => (share * images) / doubt);
}

/** The noise of clicks on an item, given the share of clicks that are wrong. */
export function clickNoise(problem: Problem, item: number, error: number): ClickNoise {
  const { wrongClicks, rowStart, outcomes, assumptions } = problem;
  const start = rowStart[item]!;
  const landing = wrongClicks.subarray(start, start + outcomes[item]!);
  const total = landing.reduce((sum, share) => sum + share, 0);
  const rate = assumptions.wrongClicks === 'anywhere' ? error : Math.min(error, NOISE_MAX / total);
  return { floors: landing.map((share) => rate * share), trust: 1 - rate * total };
}

function addVoteShares(
  { kept, slots, candidates }: Pick<Problem, 'kept' | 'slots' | 'candidates'>,
  item: number,
  row: Float64Array,
): void {
  const votes = slots.subarray(item * kept.length, (item + 1) * kept.length).filter((slot) => slot < candidates[item]!);
  row.fill(STRAY / row.length);
  for (const slot of votes) row[slot]! += (1 - STRAY) / votes.length;
}
