import { copyGaussian, type Gaussian, priorGaussian } from './gaussian.ts';
import { learnOutcome } from './laplace.ts';
import type { Problem } from './problem.ts';
import { mixLapse } from './vote.ts';

/** What one person said about one image. */
export type Click = {
  readonly image: number;
  /** A class of the label set, whether or not a model predicted it; `null` for "can't tell". */
  readonly class: number | null;
  readonly annotator?: string;
};

/** Everything learned so far. Never changed once made. */
export type Belief = {
  readonly weights: Gaussian;
  /** Clicked slots of each item that has any, in order. */
  readonly answers: ReadonlyMap<number, readonly number[]>;
  /** What the vote said of each of them just before the first answer: q of its slots. */
  readonly foreseen: ReadonlyMap<number, Float64Array>;
  /** Items somebody could not tell: never asked again. */
  readonly skipped: ReadonlySet<number>;
};

/** The belief before any click. */
export function prior(problem: Problem): Belief {
  return { weights: priorGaussian(problem), answers: new Map(), foreseen: new Map(), skipped: new Set() };
}

/**
 * The belief after one more click. A click says nothing where all models agree, nor on an image whose answer is
 * already taken as the truth.
 *
 * @throws RangeError where the image or the class does not exist.
 */
export function learn(problem: Problem, belief: Belief, click: Click): Belief {
  return extend(problem, belief, [click]);
}

/** The belief after a log of clicks, always the same bits for the same log; without a click it is as if never made. */
export function replay(problem: Problem, clicks: readonly Click[]): Belief {
  return extend(problem, prior(problem), clicks);
}

function extend(problem: Problem, belief: Belief, clicks: readonly Click[]): Belief {
  const weights = copyGaussian(belief.weights);
  const answers = new Map(belief.answers);
  const foreseen = new Map(belief.foreseen);
  const skipped = new Set(belief.skipped);
  for (const click of clicks) {
    const item = itemOf(problem, click);
    if (item < 0) continue;
    if (click.class === null) {
      skipped.add(item);
      continue;
    }
    const earlier = answers.get(item) ?? [];
    if (earlier.length > 0 && problem.clickError === 0) continue;
    const slot = slotOf(problem, item, click.class);
    const vote = learnOutcome(problem, item, slot, weights);
    mixLapse(vote, problem.outcomes[item]!, problem.assumptions.lapse);
    if (earlier.length === 0) foreseen.set(item, vote);
    answers.set(item, [...earlier, slot]);
  }
  return { weights, answers, foreseen, skipped };
}

function itemOf({ itemOfImage, images, classCount }: Problem, click: Click): number {
  const item = itemOfImage[click.image];
  if (item === undefined) throw new RangeError(`Image ${click.image} is not one of the ${images} images.`);
  if (click.class !== null && !(click.class >= 0 && click.class < classCount)) {
    throw new RangeError(`Class ${click.class} is not one of the ${classCount}: prepare with a larger classCount.`);
  }
  return item;
}

/** The slot of a class: its candidate's, or that of "a class nobody predicted", which exists when it is needed. */
function slotOf({ slotClasses, rowStart, candidates }: Problem, item: number, classIndex: number): number {
  for (let slot = 0; slot < candidates[item]!; slot++) {
    if (slotClasses[rowStart[item]! + slot] === classIndex) return slot;
  }
  return candidates[item]!;
}
