import { clickNoise } from './click-noise.ts';
import { chancesOfClick, type Opinion, SOBER } from './clicks.ts';
import type { Problem } from './problem.ts';

/** What the clicks on an item say of the truth, in the layout of `chancesOfClicks`. */
type KnownClicks = { readonly clicks: readonly Opinion[]; readonly chances: Float64Array };

/** Clicks on an item never change once made, so what each says of the truth is worked out once, not at every step. */
const known = new WeakMap<Problem, Map<number, KnownClicks>>();

/** `chancesOfClicks` of a problem's items, each worked out once for the same clicks. */
export function knownChances(problem: Problem): (item: number, clicks: readonly Opinion[]) => Float64Array {
  const here = known.get(problem) ?? new Map<number, KnownClicks>();
  known.set(problem, here);
  return (item, clicks) => {
    const found = here.get(item);
    if (found?.clicks === clicks) return found.chances;
    const chances = chancesOfClicks(problem, item, clicks);
    here.set(item, { clicks, chances });
    return chances;
  };
}

/**
 * `chances[(scenario * clicks + click) * outcomes + outcome]`: P(click | outcome is true) for each click on an item, given
 * those before it, in every scenario of the problem's list, if nobody clicks at random.
 */
function chancesOfClicks(problem: Problem, item: number, clicks: readonly Opinion[]): Float64Array {
  const { scenarios } = problem.assumptions;
  const length = problem.outcomes[item]!;
  const chances = new Float64Array(scenarios.length * clicks.length * length);
  const floors = new Float64Array(length);
  let start = 0;
  for (const { rate } of scenarios) {
    const noise = clickNoise(problem, item, rate, floors);
    for (const [place, click] of clicks.entries()) {
      const row = chances.subarray(start, start + length);
      chancesOfClick(problem, clicks.slice(0, place), click, noise, SOBER, row);
      start += length;
    }
  }
  return chances;
}
