/** Density of the standard normal distribution. */
export function normalDensity(z: number): number {
  return Math.exp(-z * z * 0.5) / Math.sqrt(2 * Math.PI);
}

/**
 * Probability that a standard normal lies below z, to 1e-15, and to 1e-8 of itself far out.
 *
 * @see G. West, Better Approximations to Cumulative Normal Functions (2005), after J. F. Hart (1968)
 */
export function normalBelow(z: number): number {
  const x = Math.abs(z);
  if (x > 38) return z < 0 ? 0 : 1;
  const tail = Math.exp(-x * x * 0.5) * (x < 7.07106781186547 ? bulk(x) : far(x));
  return z < 0 ? tail : 1 - tail;
}

const NUMERATOR = [
  3.52624965998911e-2, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931,
  220.206867912376,
];
const DENOMINATOR = [
  8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831,
  793.826512519948, 440.413735824752,
];

function bulk(x: number): number {
  return polynomial(NUMERATOR, x) / polynomial(DENOMINATOR, x);
}

/** A short continued fraction, good beyond seven deviations. */
function far(x: number): number {
  return 1 / (x + 1 / (x + 2 / (x + 3 / (x + 4 / (x + 0.65))))) / Math.sqrt(2 * Math.PI);
}

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (const coefficient of coefficients) sum = sum * x + coefficient;
  return sum;
}
