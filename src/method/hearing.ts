import { clickNoise } from './click-noise.ts';
import type { Problem } from './problem.ts';

/** What a question could be answered. */
export type Hearing = {
  /** Expected P(answer = k), the part of it that is right (trust times z), and what each unit of click error adds to it. */
  readonly chances: Float64Array;
  readonly trusted: Float64Array;
  readonly strays: Float64Array;
};

/** @param z probabilities of the item's outcomes; @param rate the share of clicks taken to be wrong. */
export function hearing(problem: Problem, z: Float64Array, rate: number, item: number): Hearing {
  const { wrongClicks, rowStart } = problem;
  const { floors, trust } = clickNoise(problem, item, rate);
  const landing = wrongClicks.subarray(rowStart[item]!, rowStart[item]! + z.length);
  const total = landing.reduce((sum, share) => sum + share, 0);
  const trusted = z.map((chance) => trust * chance);
  const chances = trusted.map((chance, k) => floors[k]! + chance);
  const strays = z.map((chance, k) => landing[k]! - total * chance);
  return { chances, trusted, strays };
}
