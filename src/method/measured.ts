import { unanimousChances } from './accuracy.ts';
import type { Assessment } from './assess.ts';
import type { Belief } from './belief.ts';
import { agreedNoise, clickNoise } from './click-noise.ts';
import { ANYBODY, chancesOfClick, classesOf } from './clicks.ts';
import { chanceAt, curveOf, type Evidence, fitCurve, type LogisticCurve, quadratic, SIZE } from './logistic-curve.ts';
import { expectedError, randomnessOf } from './people.ts';
import type { Problem } from './problem.ts';

/** What somebody said about an image drawn at random from all that nobody had labeled, unanimous ones included. */
export type RandomLook = { readonly image: number; readonly class: number; readonly annotator?: string };

/** Share of the batch that a model gets right: what is expected, and how far off that is in 5 of 100 cases at most. */
export type MeasuredAccuracy = { readonly mean: number; readonly halfWidth: number };

/** Forecasts are held away from 0 and 1, where their logits would rule. */
const FORECAST_MIN = 1e-4;

/** Parameters (c, s, u): the shift where models disagree, the slope of the forecasts' logits, the shift where all agree. */
const PRIOR_MEAN = [0.6, 0.9, 1.5];
const PRIOR_VARIANCE = [2, 0.05, 0.5];

/** Answers to chosen questions are about the hardest images, so each counts for a part of a random one. */
const CHOSEN_WEIGHT = 0.25;

/** What chosen images leave open about the others: added to the variances before the random ones are heard. */
const CHOSEN_VARIANCE = [0.1, 0.03, 0];

/** No interval is narrower to either side. */
const HALF_WIDTH_LEAST = 0.02;

/**
 * What share of the batch a model gets right, from the answers that made it the winner and from images drawn at random
 * since. The forecasts of the vote are calibrated by a logistic curve: first on the answers to chosen questions, with the
 * forecasts made before each, then on the random ones; the interval adds what the curve and the unseen labels leave open.
 *
 * @param belief of the clicks before the first random look; `assessment` is of the same.
 * @param model by its original index.
 * @see docs/method.md
 */
export function measureAccuracy(
  problem: Problem,
  belief: Belief,
  assessment: Assessment,
  model: number,
  looks: readonly RandomLook[],
): MeasuredAccuracy {
  const forecastOf = forecastsOf(problem, belief, assessment, model);
  const chosen = chosenEvidence(problem, belief, assessment, model);
  const random = looks.map((look) => lookEvidence(problem, belief, assessment, forecastOf, model, look));
  const { mean, covariance } = fitCurve(curveOf(PRIOR_MEAN, PRIOR_VARIANCE), chosen);
  for (const [index, extra] of CHOSEN_VARIANCE.entries()) covariance[index * (SIZE + 1)]! += extra;
  const curve = fitCurve({ mean, covariance }, random);
  const known = [...chosen, ...random].reduce((sum, one) => sum + one.right(chanceAt(curve.mean, one.features)), 0);
  const seen = new Set([...belief.answers.keys()].map((item) => problem.itemImages[item]!));
  for (const { image } of looks) seen.add(image);
  return sumUp(problem, curve, forecastOf, known, seen);
}

/** Adds up what is known and what the curve says of the images nobody saw. */
function sumUp(
  problem: Problem,
  { mean, covariance }: LogisticCurve,
  forecastOf: (image: number) => number,
  known: number,
  seen: ReadonlySet<number>,
): MeasuredAccuracy {
  const { images } = problem;
  const gradient = new Array<number>(SIZE).fill(0);
  let right = known;
  let doubt = 0;
  for (let image = 0; image < images; image++) {
    const forecast = seen.has(image) ? 0 : forecastOf(image);
    // Without a prediction it is never right.
    if (forecast === 0) continue;
    const features = featuresOf(problem, image, forecast);
    const variance = quadratic(covariance, features);
    const chance = chanceAt(mean, features, variance);
    right += chance;
    doubt += chance * (1 - chance);
    for (let k = 0; k < SIZE; k++) gradient[k]! += chance * (1 - chance) * features[k]!;
  }
  const deviation = Math.sqrt(doubt + quadratic(covariance, gradient)) / images;
  return { mean: right / images, halfWidth: Math.max(HALF_WIDTH_LEAST, 1.96 * deviation) };
}

/** The answers that made the winner, with the forecasts made before each. */
function chosenEvidence(
  problem: Problem,
  { foreseen }: Belief,
  { labelProbabilities }: Assessment,
  model: number,
): Evidence[] {
  const { slots, kept, rowStart, group, itemImages } = problem;
  return Array.from(foreseen, ([item, row]) => {
    const slot = slots[item * kept.length + group[model]!]!;
    const features = featuresOf(problem, itemImages[item]!, row[slot]!);
    const right = labelProbabilities[rowStart[item]! + slot]!;
    return { features, right: () => right, weight: CHOSEN_WEIGHT };
  });
}

/** The chance that the vote gives the model on any image now; 0 where it made no prediction. */
export function forecastsOf(problem: Problem, { weights }: Belief, { labelProbabilities }: Assessment, model: number) {
  const { slots, kept, rowStart, group, itemOfImage, agreed } = problem;
  const chances = new Map(unanimousChances(problem, weights.mean).map(({ candidate, chance }) => [candidate, chance]));
  return (image: number): number => {
    const item = itemOfImage[image]!;
    if (item < 0) return chances.get(agreed[image]!) ?? 0;
    return labelProbabilities[rowStart[item]! + slots[item * kept.length + group[model]!]!]!;
  };
}

/** What somebody said of a random image; people may err, as they were seen to. */
function lookEvidence(
  problem: Problem,
  belief: Belief,
  assessment: Assessment,
  forecastOf: (image: number) => number,
  model: number,
  look: RandomLook,
): Evidence {
  const forecast = forecastOf(look.image);
  const features = featuresOf(problem, look.image, forecast);
  // Where it said nothing it is wrong, whatever is true.
  if (forecast === 0) return { features, right: () => 0, weight: 0 };
  const item = problem.itemOfImage[look.image]!;
  const { ifRight, ifWrong } =
    item < 0 ? hearAgreed(problem, belief, look) : hearItem(problem, belief, assessment, item, model, look);
  const right = (chance: number) => (chance * ifRight) / (chance * ifRight + (1 - chance) * ifWrong);
  return { features, right, weight: 1 };
}

/** How likely what was said is if the model is right, and if it is wrong. */
type HeardLook = { readonly ifRight: number; readonly ifWrong: number };

function hearAgreed(problem: Problem, { people }: Belief, { image, class: said }: RandomLook): HeardLook {
  const { floors, trust } = agreedNoise(problem, expectedError(problem, people));
  return said === problem.agreed[image]
    ? { ifRight: floors[0]! + trust, ifWrong: floors[0]! }
    : { ifRight: floors[1]!, ifWrong: floors[1]! + trust };
}

function hearItem(
  problem: Problem,
  { people }: Belief,
  { labelProbabilities }: Assessment,
  item: number,
  model: number,
  { class: said, annotator = ANYBODY }: RandomLook,
): HeardLook {
  const { slots, kept, rowStart, outcomes, slotClasses, candidates, group } = problem;
  const start = rowStart[item]!;
  let slot = 0;
  while (slot < candidates[item]! && slotClasses[start + slot] !== said) slot += 1;
  const chances = new Float64Array(outcomes[item]!);
  const noise = clickNoise(problem, item, expectedError(problem, people));
  const random = {
    chance: randomnessOf(problem, { odds: people.odds }, annotator),
    click: classesOf(problem, item, slot),
  };
  chancesOfClick(problem, [], { slot, class: said, annotator, nth: 0 }, noise, random, chances);
  const own = slots[item * kept.length + group[model]!]!;
  let [ifWrong, wrong] = [0, 0];
  for (const [truth, chance] of chances.entries()) {
    if (truth === own) continue;
    ifWrong += labelProbabilities[start + truth]! * chance;
    wrong += labelProbabilities[start + truth]!;
  }
  return { ifRight: chances[own]!, ifWrong: ifWrong / wrong };
}

function featuresOf({ itemOfImage }: Problem, image: number, forecast: number): number[] {
  const clipped = Math.min(1 - FORECAST_MIN, Math.max(FORECAST_MIN, forecast));
  const isDisputed = itemOfImage[image]! >= 0;
  return [isDisputed ? 1 : 0, Math.log(clipped / (1 - clipped)), isDisputed ? 0 : 1];
}
