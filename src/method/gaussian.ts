import { CLASS_DEVIATION, OTHER_DEVIATION, VOTE_STRENGTH } from './constants.ts';
import { OTHER, STRENGTH } from './layout.ts';
import type { Problem } from './problem.ts';

/** A Gaussian over the vote's parameters; `covariance[row * D + column]` is symmetric. */
export type Gaussian = { readonly mean: Float64Array; readonly covariance: Float64Array };

/** What is believed before any label: a plain majority vote, every parameter independent of the others. */
export function priorGaussian({ kept, layout }: Problem): Gaussian {
  const { size, classTerms, skillTerms, pairTerms, pairs } = layout;
  const deviations = new Float64Array(size).fill(VOTE_STRENGTH / Math.sqrt(kept.length));
  deviations[STRENGTH] = VOTE_STRENGTH;
  deviations[OTHER] = OTHER_DEVIATION;
  if (classTerms >= 0) deviations.fill(CLASS_DEVIATION, classTerms, skillTerms >= 0 ? skillTerms : pairTerms);
  // Together the pairs may say as much as the models' own weights.
  deviations.fill(VOTE_STRENGTH / Math.sqrt(pairs), pairTerms);
  const mean = new Float64Array(size);
  mean[STRENGTH] = VOTE_STRENGTH;
  const covariance = new Float64Array(size * size);
  for (const [index, deviation] of deviations.entries()) covariance[index * size + index] = deviation ** 2;
  return { mean, covariance };
}

/** Room for another of the same size. */
export function emptyGaussian({ mean, covariance }: Gaussian): Gaussian {
  return { mean: new Float64Array(mean.length), covariance: new Float64Array(covariance.length) };
}

/** `covariance` times `direction`, a new vector. Cost D^2. */
export function spread(covariance: Float64Array, direction: Float64Array): Float64Array {
  const size = direction.length;
  const product = new Float64Array(size);
  for (let column = 0; column < size; column++) {
    const amount = direction[column]!;
    if (amount === 0) continue;
    const start = column * size;
    for (let row = 0; row < size; row++) product[row]! += amount * covariance[start + row]!;
  }
  return product;
}

/** Inner product of two vectors of equal length. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!;
  return sum;
}
