import type { Assumptions } from './constants.ts';
import type { Votes } from './votes.ts';

/** Logit by which a unanimous vote is right, where it is asked how hard an image is: what a few labels teach of it. */
const VOTE_STRENGTH_TAUGHT = 4;

/** How a click comes about: on outcome k with `floors[k]` whatever is true, and on the true one with `trust` on top. */
export type ClickNoise = { readonly floors: Float64Array; readonly trust: number };

/** Share of wrong clicks that follow no model: of people's errors on the mvh sets, two in five name a class no model did. */
const STRAY = 0.35;

/** Where wrong clicks land. */
export type WrongClicks = {
  /** For each outcome, the chance of a wrong click on it for each unit of click error; in the layout of `rowStart`. */
  readonly wrongClicks: Float64Array;
  /** The same where all models agree: on their class, and on any other. */
  readonly wrongWhereAgreed: readonly [number, number];
};

type Assuming = { readonly assumptions: Assumptions };

/**
 * For each outcome of each item (in the layout of `rowStart`), how likely a click is to land there though another is
 * true, for each unit of click error. Towards votes: a person in doubt says what some model says, or now and then any
 * class, so that errors come where models err; they average the click error over the whole batch.
 */
export function wrongClicksOf(votes: Votes & Assuming): WrongClicks {
  const { images, itemImages, outcomes, rowStart, classCount, assumptions } = votes;
  const landing = new Float64Array(rowStart[itemImages.length]!);
  const rowOf = (item: number) => landing.subarray(rowStart[item]!, rowStart[item]! + outcomes[item]!);
  if (assumptions.wrongClicks === 'anywhere') {
    for (const item of itemImages.keys()) rowOf(item).fill(1 / (outcomes[item]! - 1));
    return { wrongClicks: landing, wrongWhereAgreed: [1, 1] };
  }
  let hardness = 0;
  const odds = new Float64Array(votes.kept.length + 1);
  for (const item of itemImages.keys()) hardness += landTowardsVotes(votes, item, rowOf(item), odds);
  // Where models never disagree, people err as seldom as the models are expected to.
  const scale = hardness > 0 ? images / hardness : 1;
  const others = classCount - 1;
  const agreed = others / (Math.exp(VOTE_STRENGTH_TAUGHT) + others);
  const stray = (STRAY * agreed) / classCount;
  return {
    wrongClicks: landing.map((share) => share * scale),
    wrongWhereAgreed: [scale * (1 - STRAY + stray), scale * others * stray],
  };
}

/** The noise of clicks where all models agree: on their class, and on any other. */
export function agreedNoise({ wrongWhereAgreed, assumptions }: WrongClicks & Assuming, error: number): ClickNoise {
  const total = wrongWhereAgreed[0] + wrongWhereAgreed[1];
  const rate = Math.min(error, assumptions.noiseMax / total);
  return { floors: Float64Array.from(wrongWhereAgreed, (share) => rate * share), trust: 1 - rate * total };
}

/**
 * The noise of clicks on an item, given the share of clicks that are wrong.
 *
 * @param floors to be written over, as long as the item has outcomes, where this is asked often; else new ones are made.
 */
export function clickNoise(
  problem: Votes & WrongClicks & Assuming,
  item: number,
  error: number,
  floors: Float64Array = new Float64Array(problem.outcomes[item]!),
): ClickNoise {
  const { wrongClicks, rowStart, assumptions } = problem;
  const start = rowStart[item]!;
  let total = 0;
  for (let k = 0; k < floors.length; k++) total += wrongClicks[start + k]!;
  const rate = errorOn(assumptions, error, total);
  for (let k = 0; k < floors.length; k++) floors[k] = rate * wrongClicks[start + k]!;
  return { floors, trust: 1 - rate * total };
}

/** The click error that counts on an item, so that even on the hardest ones most clicks are taken to be right. */
export function errorOn({ wrongClicks, noiseMax }: Assumptions, error: number, landing: number): number {
  return wrongClicks === 'anywhere' ? error : Math.min(error, noiseMax / landing);
}

/**
 * Fills an item's row with where wrong clicks land, and gives its hardness: the share of models expected to be wrong.
 * A stray click takes any class alike, so that "a class nobody predicted" gets as many shares as it stands for classes.
 *
 * @param odds to be written over: as long as the longest row.
 */
function landTowardsVotes(
  { kept, slots, candidates, classCount }: Votes,
  item: number,
  row: Float64Array,
  odds: Float64Array,
): number {
  const candidateCount = candidates[item]!;
  const first = item * kept.length;
  let votes = 0;
  for (let vote = first; vote < first + kept.length; vote++) if (slots[vote]! < candidateCount) votes += 1;
  for (let vote = first; vote < first + kept.length; vote++) {
    if (slots[vote]! < candidateCount) row[slots[vote]!]! += 1 / votes;
  }
  const classesIn = (slot: number) => (slot < candidateCount ? 1 : classCount - candidateCount);
  let total = 0;
  for (let slot = 0; slot < row.length; slot++) {
    odds[slot] = classesIn(slot) * Math.exp(VOTE_STRENGTH_TAUGHT * row[slot]!);
    total += odds[slot]!;
  }
  let hardness = 0;
  for (let slot = 0; slot < row.length; slot++) hardness += (odds[slot]! / total) * (1 - row[slot]!);
  for (let slot = 0; slot < row.length; slot++) {
    row[slot] = (1 - STRAY) * row[slot]! + (STRAY * hardness * classesIn(slot)) / classCount;
  }
  return hardness;
}
