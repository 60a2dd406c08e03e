import type { PredictionMatrix } from '../method/predictions.ts';

/** Adds one to every model that gave an image this label. */
export function countRight({ models, classes }: PredictionMatrix, image: number, label: number, right: Float64Array) {
  for (let model = 0; model < models; model++) if (classes[image * models + model] === label) right[model]! += 1;
}

/** The first index of the largest value. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if (values[index]! > values[best]!) best = index;
  return best;
}
