import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Features, reachOf, shrink, spreadAll } from '../../src/method/algebra.ts';
import { chanceFrom } from '../../src/simulate/chance.ts';

/** Covariances of all sizes, odd and even, the features of an item, and what an answer to it gains. */
const anyBelief = fc
  .record({
    size: fc.integer({ min: 2, max: 60 }),
    n: fc.integer({ min: 1, max: 12 }),
    count: fc.integer({ min: 1, max: 40 }),
    directions: fc.integer({ min: 0, max: 19 }),
    seed: fc.nat(),
  })
  .map(({ size, n, count, directions, seed }) => {
    const chance = chanceFrom(seed);
    const numbers = (length: number) => Float64Array.from({ length }, () => chance() - 0.5);
    const whole = (below: number) => Array.from({ length: count }, () => Math.floor(chance() * below));
    const covariance = numbers(size * size);
    for (let row = 0; row < size; row++)
      for (let column = 0; column < row; column++) covariance[column * size + row] = covariance[row * size + column]!;
    const features: Features = { slots: whole(n), indices: whole(size), values: [...numbers(count)] };
    const many = Array.from({ length: directions }, () => numbers(size));
    return { size, n, covariance, features, gain: numbers(n * n), directions: many };
  });

test('in WebAssembly the covariance times a direction has the bits of the plain sum, however many there are at once', () => {
  fc.assert(
    fc.property(anyBelief, ({ size, covariance, directions }) => {
      const plain = directions.map((direction) =>
        Float64Array.from({ length: size }, (_, row) =>
          direction.reduce((sum, amount, column) => sum + amount * covariance[row * size + column]!, 0),
        ),
      );
      expect(spreadAll(covariance, directions)).toEqual(plain);
    }),
    { numRuns: 200 },
  );
});

test('in WebAssembly what an answer takes from the covariance has the bits of the plain sums, and leaves it symmetric', () => {
  fc.assert(
    fc.property(anyBelief, ({ size, n, covariance, features, gain }) => {
      const reach = reachOf(covariance, size, features, n);
      const plain = plainReach(covariance, size, features, n);
      for (let k = 0; k < n; k++)
        for (let index = 0; index < size; index++)
          expect(reach.rows[k * reach.stride + index]).toBe(plain[k * size + index]);
      const shrunk = new Float64Array(size * size);
      shrink(covariance, reach, gain, shrunk);
      expect(shrunk).toEqual(plainlyShrunk(covariance, size, plain, gain, n));
    }),
    { numRuns: 200 },
  );
});

test('beliefs that take turns do not see each other’s covariance, and the one that was learned from stays as it was', () => {
  const features = { slots: [0, 0, 1], indices: [0, 2, 1], values: [1, 1, 1] };
  const one = Float64Array.from([4, 1, 0, 1, 3, 0, 0, 0, 2]);
  const other = Float64Array.from([9, 0, 1, 0, 8, 0, 1, 0, 7]);
  const before = one.slice();
  const learned = new Float64Array(9);
  shrink(one, reachOf(one, 3, features, 2), Float64Array.from([0.1, 0, 0, 0.1]), learned);
  const first = [Float64Array.of(1, 0, 0)];
  expect(spreadAll(other, first)[0]).toEqual(other.slice(0, 3));
  expect(spreadAll(one, first)[0]).toEqual(before.slice(0, 3));
  expect(spreadAll(learned, first)[0]).toEqual(learned.slice(0, 3));
  expect(one).toEqual(before);
});

/** Z = Sigma F' as `reach[slot * D + index]`. */
function plainReach(covariance: Float64Array, size: number, { slots, indices, values }: Features, n: number) {
  const reach = new Float64Array(n * size);
  for (const [feature, slot] of slots.entries()) {
    for (let other = 0; other < size; other++)
      reach[slot * size + other]! += values[feature]! * covariance[indices[feature]! * size + other]!;
  }
  return reach;
}

/** Sigma - Z G Z', one half of which is computed. */
function plainlyShrunk(covariance: Float64Array, size: number, reach: Float64Array, gain: Float64Array, n: number) {
  const shrunk = covariance.slice();
  for (let row = 0; row < size; row++) {
    const gained = new Float64Array(n);
    for (let k = 0; k < n; k++) for (let l = 0; l < n; l++) gained[l]! += reach[k * size + row]! * gain[k * n + l]!;
    for (let column = 0; column <= row; column++) {
      const lost = gained.reduce((sum, amount, l) => sum + amount * reach[l * size + column]!, 0);
      shrunk[row * size + column]! -= lost;
      shrunk[column * size + row] = shrunk[row * size + column]!;
    }
  }
  return shrunk;
}
