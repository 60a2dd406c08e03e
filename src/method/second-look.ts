import { type Assessment, confidence, optimism } from './assess.ts';
import type { Belief } from './belief.ts';
import { ANYBODY, type Opinion } from './clicks.ts';
import { REPEAT_AFTER } from './constants.ts';
import { emptyHearing, hear } from './hearing.ts';
import { expectedError } from './people.ts';
import type { Problem } from './problem.ts';
import { longestRow } from './vote.ts';

/** Items in ascending order, and what asking about each is worth. */
export type Scored = { readonly items: Int32Array; readonly scores: Float64Array };

/** Items that somebody who labels may be asked about, in ascending order; not those whose question is `out`. */
export function askable(problem: Problem, belief: Belief, out: ReadonlySet<number>): Int32Array {
  const { itemImages, opinions } = problem;
  const { answers, skipped, people } = belief;
  const heads = [...people.counts.keys()].filter((one) => !people.discounted.has(one));
  const isOpen = (given: readonly Opinion[]) => {
    if (given.length >= opinions) return false;
    if (people.counts.has(ANYBODY)) return true;
    if (heads.length > 1) return heads.some((one) => given.every(({ annotator }) => annotator !== one));
    return given.length < 2 && isLongAgo(belief, given.at(-1)!);
  };
  const isClosed = new Uint8Array(itemImages.length);
  for (const item of skipped) isClosed[item] = 1;
  for (const item of out) isClosed[item] = 1;
  for (const [item, given] of answers) if (!isOpen(given)) isClosed[item] = 1;
  const items = new Int32Array(itemImages.length);
  let count = 0;
  for (let item = 0; item < isClosed.length; item++) if (isClosed[item] === 0) items[count++] = item;
  return items.subarray(0, count);
}

/** Opinions beyond the first of each image. */
export function secondLooks({ answers }: Belief): number {
  let looks = 0;
  for (const given of answers.values()) looks += given.length - 1;
  return looks;
}

/** Whether some second look named another class than the first. */
function isContradicted({ answers }: Belief): boolean {
  for (const given of answers.values()) if (given.some(({ slot }) => slot !== given[0]!.slot)) return true;
  return false;
}

/** Confidence that is as good as reached, and what is usually wanted. */
const NEARLY_SURE = 0.9;
const SURE = 0.95;

/** The claims that people wait for: the best, within half a point, within one. */
const CLAIMS = [0, 0.005, 0.01];

/**
 * Whether people, not models, are what a winner waits for: some claim would hold if people hardly erred, and too few
 * images were looked at twice to know, or what was seen there speaks against it.
 *
 * @param looks given so far, or asked.
 */
export function isUpToPeople({ assumptions }: Problem, belief: Belief, assessment: Assessment, looks: number): boolean {
  const { least, leastOnceContradicted, share } = assumptions.looks;
  if (looks < (isContradicted(belief) ? leastOnceContradicted : least))
    return CLAIMS.some((tolerance) => optimism(assessment, tolerance) >= NEARLY_SURE);
  if (looks >= share * belief.log.length) return false;
  return CLAIMS.some((one) => optimism(assessment, one) >= SURE && confidence(assessment, one) < SURE);
}

/** How much a second look at each item that may have one tells about how people err, by item, ascending. */
export function scoreLooks(
  problem: Problem,
  belief: Belief,
  { labelProbabilities }: Assessment,
  out: ReadonlySet<number>,
): Scored {
  const rate = expectedError(problem, belief.people);
  const once = askable(problem, belief, out).filter((item) => belief.answers.get(item)?.length === 1);
  const heard = emptyHearing(longestRow(problem));
  const toldBy = (item: number) => {
    const start = problem.rowStart[item]!;
    const z = labelProbabilities.subarray(start, start + problem.outcomes[item]!);
    hear(problem, z, rate, item, heard);
    let told = 0;
    for (let k = 0; k < z.length; k++) told += heard.strays[k]! ** 2 / heard.chances[k]!;
    return told;
  };
  return { items: once, scores: Float64Array.from(once, toldBy) };
}

function isLongAgo({ people }: Belief, { annotator, nth }: Opinion): boolean {
  return (people.counts.get(annotator) ?? 0) - nth > REPEAT_AFTER;
}
