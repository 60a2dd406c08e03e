import { inverse, solve } from './solve.ts';

/** Parameters of a curve. */
export const SIZE = 3;

/** Newton steps; a long one could leap over the mode, to where the curve is flat. */
const STEPS_MAX = 200;
const STEP_MAX = 0.2;
const STEP_DONE = 1e-9;

/** A Gaussian over the parameters of a logistic curve; `covariance[row * SIZE + column]`. */
export type LogisticCurve = { readonly mean: readonly number[]; readonly covariance: Float64Array };

/** One case: its features, what it counts, and the chance that it came out right, given what the curve says of it. */
export type Evidence = {
  readonly features: readonly number[];
  readonly right: (chance: number) => number;
  readonly weight: number;
};

/** What is believed of a curve whose parameters are independent. */
export function curveOf(mean: readonly number[], variances: readonly number[]): LogisticCurve {
  const covariance = new Float64Array(SIZE * SIZE);
  for (const [index, variance] of variances.entries()) covariance[index * (SIZE + 1)] = variance;
  return { mean, covariance };
}

/**
 * A Laplace step: the mode of the posterior by Newton's method, and the curvature there. Where it is not sure how a case
 * came out, each step takes what the curve so far makes of it.
 */
export function fitCurve(
  prior: LogisticCurve,
  evidence: readonly Evidence[],
): { mean: number[]; covariance: Float64Array } {
  const precision = inverse(prior.covariance, SIZE);
  const mean = [...prior.mean];
  let curvature = precision;
  for (let round = 0; round < STEPS_MAX; round++) {
    curvature = precision.slice();
    const away = mean.map((value, k) => prior.mean[k]! - value);
    const slope = Float64Array.from(mean, (_, row) => inner(precision.subarray(row * SIZE, (row + 1) * SIZE), away));
    for (const { features, right, weight } of evidence) {
      const chance = chanceAt(mean, features);
      for (let row = 0; row < SIZE; row++) {
        slope[row]! += weight * (right(chance) - chance) * features[row]!;
        for (let column = 0; column < SIZE; column++)
          curvature[row * SIZE + column]! += weight * chance * (1 - chance) * features[row]! * features[column]!;
      }
    }
    solve(curvature.slice(), slope, SIZE, 1);
    const longest = Math.max(...slope.map(Math.abs));
    const scale = Math.min(1, STEP_MAX / longest);
    for (let k = 0; k < SIZE; k++) mean[k]! += scale * slope[k]!;
    if (longest < STEP_DONE) break;
  }
  return { mean, covariance: inverse(curvature, SIZE) };
}

/** What the curve says of a case; `variance` of its logit draws it towards one half. */
export function chanceAt(mean: readonly number[], features: readonly number[], variance = 0): number {
  return 1 / (1 + Math.exp(-inner(mean, features) / Math.sqrt(1 + (Math.PI * variance) / 8)));
}

/** A vector's square by a symmetric matrix. */
export function quadratic(matrix: Float64Array, vector: readonly number[]): number {
  let sum = 0;
  for (let row = 0; row < SIZE; row++)
    for (let column = 0; column < SIZE; column++) sum += vector[row]! * matrix[row * SIZE + column]! * vector[column]!;
  return sum;
}

function inner(a: ArrayLike<number>, b: readonly number[]): number {
  return b.reduce((sum, value, k) => sum + value * a[k]!, 0);
}
