import type { ClickNoise } from './click-noise.ts';
import { REPEAT } from './constants.ts';
import type { Problem } from './problem.ts';

/** Keeps two clicks that contradict each other possible where nobody ever errs. */
const IMPOSSIBLE = 1e-300;

/** A click that counts. */
export type Opinion = {
  /** The outcome clicked, and the class it stood for. */
  readonly slot: number;
  readonly class: number;
  readonly annotator: string;
  /** How many clicks this person had made before. */
  readonly nth: number;
};

/** Who clicks whose giver is not known: each of them is somebody else's. */
export const ANYBODY = '';

/** Chance that a person clicks at random, by annotator. */
export type Randomness = (annotator: string) => number;

/**
 * P(click | truth) for each possible truth, given the earlier clicks on the same image. A second person may share the
 * first one's mistake, the same person may just repeat what they said, and anybody may be clicking at random.
 *
 * @param noise of clicks on this image.
 * @param random P(click) if the person clicks at random, times the chance of that; and that chance.
 * @param chances is overwritten; as long as the item's outcomes.
 */
export function chancesOfClick(
  { assumptions }: Problem,
  earlier: readonly Opinion[],
  { slot, annotator }: Opinion,
  { floors, trust }: ClickNoise,
  random: RandomClick,
  chances: Float64Array,
): void {
  const { alike } = assumptions;
  const first = earlier[0]?.slot;
  const own = earlier.find((one) => one.annotator === annotator && annotator !== ANYBODY)?.slot;
  for (let truth = 0; truth < chances.length; truth++) {
    let chance = floors[slot]! + (truth === slot ? trust : 0);
    if (own !== undefined) chance = (own === slot ? REPEAT : 0) + (1 - REPEAT) * chance;
    else if (first !== undefined && first !== truth) chance = (first === slot ? alike : 0) + (1 - alike) * chance;
    chances[truth] = Math.max((1 - random.chance) * chance + random.chance * random.click, IMPOSSIBLE);
  }
}

/** Nobody clicks at random. */
export const SOBER = { chance: 0, click: 0 };

/** That somebody clicks at random, and the chance of the click then. */
export type RandomClick = { readonly chance: number; readonly click: number };

/** Bayes' rule for all clicks on an item, in place: from the vote to the label's probabilities. */
export function weighClicks(
  problem: Problem,
  item: number,
  clicks: readonly Opinion[],
  noise: ClickNoise,
  randomness: Randomness,
  row: Float64Array,
): void {
  const chances = new Float64Array(clicks.length > 0 ? row.length : 0);
  for (const [place, click] of clicks.entries()) {
    const random = { chance: randomness(click.annotator), click: classesOf(problem, item, click.slot) };
    chancesOfClick(problem, clicks.slice(0, place), click, noise, SOBER, chances);
    weighClick(row, row.length, chances, 0, random);
  }
}

/**
 * Bayes' rule for one click, in place, over the first `length` outcomes of a row.
 *
 * @param chances from `start` on, P(click | outcome is true) where it is not made at random.
 */
export function weighClick(
  row: Float64Array,
  length: number,
  chances: Float64Array,
  start: number,
  random: RandomClick,
): void {
  let total = 0;
  for (let k = 0; k < length; k++) {
    const chance = (1 - random.chance) * chances[start + k]! + random.chance * random.click;
    row[k]! *= Math.max(chance, IMPOSSIBLE);
    total += row[k]!;
  }
  for (let k = 0; k < length; k++) row[k]! /= total;
}

/** Share of all classes that an outcome stands for: where a random click lands. */
export function classesOf({ candidates, classCount }: Problem, item: number, slot: number): number {
  return (slot < candidates[item]! ? 1 : classCount - candidates[item]!) / classCount;
}
