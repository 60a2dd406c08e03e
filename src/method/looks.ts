import type { Assessment } from './assess.ts';
import type { Belief } from './belief.ts';
import { forecastsOf, type MeasuredAccuracy, measureAccuracy, type RandomLook } from './measured.ts';
import type { PredictionMatrix } from './predictions.ts';
import type { Problem } from './problem.ts';

/** What images drawn at random show of a model, and what an audit needs of them later, when its predictions may be gone. */
export type LooksAtModel = MeasuredAccuracy & {
  /** By look: whether the model had the image right, and the chance that was given to it before. */
  readonly looks: readonly { readonly isRight: boolean; readonly forecast: number }[];
  /** Images labeled before, and how many of them the model is taken to have right. */
  readonly known: { readonly images: number; readonly right: number };
  /** Images that nobody had labeled, from which the looks were drawn, and the mean chance given to the model on them. */
  readonly others: { readonly images: number; readonly forecast: number };
};

/** @param model by its original index. @param belief of the clicks before the first look; `assessment` is of the same. */
export function lookAtModel(
  { matrix, problem }: { readonly matrix: PredictionMatrix; readonly problem: Problem },
  belief: Belief,
  assessment: Assessment,
  model: number,
  looks: readonly RandomLook[],
): LooksAtModel {
  const { itemImages, images } = problem;
  const forecastOf = forecastsOf(problem, belief, assessment, model);
  const isDone = new Set([...belief.answers.keys(), ...belief.skipped].map((item) => itemImages[item]!));
  const known = { images: belief.answers.size, right: 0 };
  for (const item of belief.answers.keys()) known.right += forecastOf(itemImages[item]!);
  let [count, sum] = [0, 0];
  for (let image = 0; image < images; image++) {
    if (isDone.has(image)) continue;
    count += 1;
    sum += forecastOf(image);
  }
  return {
    ...measureAccuracy(problem, belief, assessment, model, looks),
    looks: looks.map(({ image, class: said }) => ({
      isRight: matrix.classes[image * matrix.models + model] === said,
      forecast: forecastOf(image),
    })),
    known,
    others: { images: count, forecast: count === 0 ? 0 : sum / count },
  };
}
