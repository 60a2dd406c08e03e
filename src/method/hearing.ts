import { errorOn } from './click-noise.ts';
import type { Problem } from './problem.ts';

/** What a question could be answered. */
export type Hearing = {
  /** Expected P(answer = k), the part of it that is right (trust times z), and what each unit of click error adds to it. */
  readonly chances: Float64Array;
  readonly trusted: Float64Array;
  readonly strays: Float64Array;
};

/** Room for items of up to so many outcomes, to be filled again and again. */
export function emptyHearing(length: number): Hearing {
  return {
    chances: new Float64Array(length),
    trusted: new Float64Array(length),
    strays: new Float64Array(length),
  };
}

/**
 * What an item's answer could be. Written for speed: a question asks this of up to 2,000 items.
 *
 * @param z probabilities of the item's outcomes; @param rate the share of clicks taken to be wrong.
 * @param heard is overwritten from 0 to the number of outcomes.
 * @see clickNoise where the same floors and trust come from
 */
export function hear(problem: Problem, z: Float64Array, rate: number, item: number, heard: Hearing): void {
  const { wrongClicks, rowStart, assumptions } = problem;
  const { chances, trusted, strays } = heard;
  const start = rowStart[item]!;
  let total = 0;
  for (let k = 0; k < z.length; k++) total += wrongClicks[start + k]!;
  const error = errorOn(assumptions, rate, total);
  const trust = 1 - error * total;
  for (let k = 0; k < z.length; k++) {
    trusted[k] = trust * z[k]!;
    chances[k] = error * wrongClicks[start + k]! + trusted[k]!;
    strays[k] = wrongClicks[start + k]! - total * z[k]!;
  }
}
