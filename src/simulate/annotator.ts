import type { PredictionMatrix } from '../method/predictions.ts';
import { chanceFrom } from './chance.ts';

/**
 * Gives an image's class as a person would, and who says so; `opinion` counts those asked about it before. `undefined`
 * when nobody is left to ask.
 */
export type Annotator = (image: number, opinion: number) => { class: number; annotator: string } | undefined;

/**
 * How people err, from the answers of those who labeled the two mvh sets: one error in seven has nothing to do with how
 * hard the image is, the others come in proportion to the share of models that are wrong on it, up to nine times in ten;
 * and a good third of them follow no model. Opinions are independent.
 */
const CARELESS = 0.15;
const ERROR_MAX = 0.9;
const STRAY = 0.35;

/**
 * People who are wrong in `clickError` of all images of a pool, but for what the cap takes off where models hardly err.
 *
 * @param oracle true class of each image of `matrix`.
 */
export function annotatorOf(
  matrix: PredictionMatrix,
  oracle: Int16Array,
  { clickError, opinions, seed }: { clickError: number; opinions: number; seed: number },
): Annotator {
  const says = clickOf(matrix, oracle, clickError, seed);
  const people = Math.max(1, opinions);
  return (image, opinion) => {
    const annotator = Math.floor(chanceFrom(seed, image, -1)() * people) + opinion;
    return { class: says(image, opinion), annotator: String(annotator % people) };
  };
}

function clickOf(matrix: PredictionMatrix, oracle: Int16Array, clickError: number, seed: number) {
  if (clickError === 0) return (image: number) => oracle[image]!;
  const { classes, models, classCount } = matrix;
  const wrongVotes = (image: number) =>
    classes.subarray(image * models, (image + 1) * models).filter((vote) => vote !== oracle[image]);
  const hardness = Float64Array.from(oracle, (_, image) => wrongVotes(image).length / models);
  const average = hardness.reduce((sum, one) => sum + one, 0) / hardness.length || 1;
  return (image: number, opinion: number) => {
    const truth = oracle[image]!;
    const chance = chanceFrom(seed, image, opinion);
    const error = clickError * (CARELESS + ((1 - CARELESS) * hardness[image]!) / average);
    if (chance() >= Math.min(ERROR_MAX, error)) return truth;
    const wrong = wrongVotes(image);
    const isStray = chance() < STRAY || wrong.length === 0;
    const place = Math.floor(chance() * (isStray ? classCount - 1 : wrong.length));
    return isStray ? (truth + 1 + place) % classCount : wrong[place]!;
  };
}
