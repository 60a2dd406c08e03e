import { expect, test } from 'vitest';
import { type Assessment, tolerated } from '../../src/method/assess.ts';
import { normalBelow } from '../../src/method/normal.ts';
import { leaderOf } from '../../src/method/rivals.ts';
import { solve } from '../../src/method/solve.ts';

// Values from the tables of Abramowitz & Stegun, 26.1 and 26.2.
test.each([
  [0, 0.5],
  [-1, 0.15865525393145705],
  [1.96, 0.9750021048517795],
  [-5, 2.866515718791939e-7],
  [-10, 7.61985302416052e-24],
])('the normal distribution below %d is %d', (z, expected) => {
  expect(normalBelow(z) / expected).toBeCloseTo(1, 7);
});

test('a linear system comes out, also where pivoting is needed', () => {
  const a = Float64Array.of(0, 2, 1, 1, 1, 0, 3, 0, 1);
  const x = Float64Array.of(1, 2, 3);
  const b = Float64Array.of(2 * 2 + 3, 1 + 2, 3 + 3);
  solve(a.slice(), b, 3, 1);
  expect([...b]).toEqual([...x].map((value) => expect.closeTo(value, 12)));
});

test('what is equal but for rounding is a tie, and the first has it', () => {
  expect(leaderOf(Float64Array.of(0.3, 0.1 + 0.2))).toBe(0);
  const halfAnImage = { images: 100 } as Assessment;
  expect(0.29 * 100).toBeLessThan(29);
  expect(tolerated(halfAnImage, 0.29)).toBe(29.5);
});
