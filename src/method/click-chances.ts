import { clickNoise } from './click-noise.ts';
import { chancesOfClick, type Opinion, SOBER } from './clicks.ts';
import type { Problem } from './problem.ts';

/** Clicks on an item never change once made, so what each says of the truth is worked out once, not at every step. */
const known = new WeakMap<Problem, WeakMap<readonly Opinion[], Float64Array>>();

/**
 * `chances[(scenario * clicks + click) * outcomes + outcome]`: P(click | outcome is true) for each click on an item, given
 * those before it, in every scenario of the problem's list, if nobody clicks at random.
 */
export function chancesOfClicks(problem: Problem, item: number, clicks: readonly Opinion[]): Float64Array {
  const here = known.get(problem) ?? new WeakMap<readonly Opinion[], Float64Array>();
  known.set(problem, here);
  const found = here.get(clicks);
  if (found) return found;
  const { scenarios } = problem.assumptions;
  const length = problem.outcomes[item]!;
  const chances = new Float64Array(scenarios.length * clicks.length * length);
  let start = 0;
  for (const { rate } of scenarios) {
    const noise = clickNoise(problem, item, rate);
    for (const [place, click] of clicks.entries()) {
      const row = chances.subarray(start, start + length);
      chancesOfClick(problem, clicks.slice(0, place), click, noise, SOBER, row);
      start += length;
    }
  }
  here.set(clicks, chances);
  return chances;
}
