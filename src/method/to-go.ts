import { PATIENCE } from './constants.ts';

/** Labels that the pace before the first counts for, and by how much doubt falls in them: its logarithm by two. */
const LABELS_BEFORE = 40;
const FALLEN_BEFORE = 2;

/** What the last labels take even where doubt is all but gone: a target missed by a hair is reached in a few. */
const FALL_LEAST = 0.18;

/** How far off the estimate may be, as a factor; `test/method/to-go.test.ts` holds it against recorded sets. */
const FACTOR = 2;

/**
 * About how many more labels it takes until a winner can be announced. Doubt has been seen to fall by about the same
 * share with each label, so that it goes on at the pace it has fallen at so far.
 *
 * @param labels given so far.
 * @param doubt before the first of them, and now.
 * @param target the confidence to reach.
 */
export function labelsToGo(
  labels: number,
  doubt: { readonly before: number; readonly now: number },
  target: number,
): { low: number; high: number } {
  const fallen = Math.log(doubt.before / Math.max(doubt.now, Number.MIN_VALUE));
  const toFall = Math.max(Math.log(doubt.now / (1 - target)), FALL_LEAST);
  const pace = Math.max(fallen + FALLEN_BEFORE, FALL_LEAST) / (labels + LABELS_BEFORE);
  const expected = toFall / pace + PATIENCE - 1;
  return { low: expected / FACTOR, high: expected * FACTOR };
}
