import type { Problem } from './problem.ts';

/** Where wrong clicks land: evenly on any other outcome, or where the models' votes are. */
export type WrongClicks = 'anywhere' | 'towards votes';

/** Share of wrong clicks that follow no model: of people's errors on the mvh_* sets, two in five name a class no model did. */
const STRAY = 0.3;

/**
 * How a click comes about: on outcome k with `floors[k]` whatever is true, and on the true one with `trust` on top.
 */
export type ClickNoise = { readonly floors: Float64Array; readonly trust: number };

/**
 * For each outcome of each item (in the layout of `rowStart`), how likely a click is to land there though another is
 * true, for each unit of click error. Towards votes, a person in doubt says what some model says; it averages the click
 * error over the items if the votes' own spread is right.
 */
export function wrongClicksOf(
  {
    kept,
    itemImages,
    slots,
    candidates,
    outcomes,
    rowStart,
  }: Pick<Problem, 'kept' | 'itemImages' | 'slots' | 'candidates' | 'outcomes' | 'rowStart'>,
  kind: WrongClicks,
): Float64Array {
  const models = kept.length;
  const landing = new Float64Array(rowStart[itemImages.length]!);
  let doubt = 0;
  for (let item = 0; item < itemImages.length; item++) {
    const start = rowStart[item]!;
    const count = outcomes[item]!;
    if (kind === 'anywhere') {
      landing.fill(1 / (count - 1), start, start + count);
      continue;
    }
    landing.fill(STRAY / count, start, start + count);
    let voters = 0;
    for (let model = 0; model < models; model++) if (slots[item * models + model]! < candidates[item]!) voters += 1;
    for (let model = 0; model < models; model++) {
      const slot = slots[item * models + model]!;
      if (slot < candidates[item]!) landing[start + slot]! += (1 - STRAY) / voters;
    }
    doubt += 1 - landing.subarray(start, start + count).reduce((sum, share) => sum + share ** 2, 0);
  }
  return kind === 'anywhere' ? landing : landing.map((share) => (share * itemImages.length) / doubt);
}

/** The noise of clicks on an item, given how many are wrong on average. */
export function clickNoise({ wrongClicks, rowStart, outcomes }: Problem, item: number, error: number): ClickNoise {
  const start = rowStart[item]!;
  const floors = wrongClicks.subarray(start, start + outcomes[item]!).map((share) => error * share);
  return { floors, trust: Math.max(0.05, 1 - floors.reduce((sum, floor) => sum + floor, 0)) };
}
