import type { PredictionMatrix } from '../core/predictions.ts';
import { chanceFrom } from './chance.ts';

/** Gives an image's class as a person would; `opinion` counts the people asked about it before. */
export type Annotator = (image: number, opinion: number) => number;

/** Nobody is wrong more often than this about any image. */
const ERROR_MAX = 0.5;

/**
 * People err where models err, and towards what models say: the chance that a click on an image is wrong grows with the
 * share of models that are wrong on it (at most one half), so that it averages `clickError` over the whole pool; the
 * wrong class is that of a model drawn among the wrong ones. Opinions are independent.
 *
 * @param oracle true class of each image of `matrix`.
 */
export function annotatorOf(matrix: PredictionMatrix, oracle: Int16Array, clickError: number, seed: number): Annotator {
  if (clickError === 0) return (image) => oracle[image]!;
  const wrongVotes = (image: number) =>
    matrix.classes
      .subarray(image * matrix.models, (image + 1) * matrix.models)
      .filter((vote) => vote !== oracle[image]);
  const hardness = Float64Array.from(oracle, (_, image) => wrongVotes(image).length / matrix.models);
  const factor = factorFor(hardness, clickError);
  return (image, opinion) => {
    const chance = chanceFrom(seed, image, opinion);
    if (chance() >= Math.min(ERROR_MAX, factor * hardness[image]!)) return oracle[image]!;
    const wrong = wrongVotes(image);
    return wrong[Math.floor(chance() * wrong.length)]!;
  };
}

/** What to multiply hardness by so that the capped errors average `clickError`, or as much as the cap allows. */
function factorFor(hardness: Float64Array, clickError: number): number {
  const average = (factor: number) =>
    hardness.reduce((sum, one) => sum + Math.min(ERROR_MAX, factor * one), 0) / hardness.length;
  let low = 0;
  let high = 1e6;
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (average(middle) < clickError) low = middle;
    else high = middle;
  }
  return high;
}
