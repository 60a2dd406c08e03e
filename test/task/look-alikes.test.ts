import { expect, test } from 'vitest';
import type { PredictionMatrix } from '../../src/method/predictions.ts';
import { findLookAlikes } from '../../src/task/asking/look-alikes.ts';
import { asked, openBench } from './bench.ts';

/** What two models say of each image. */
function matrixOf(classCount: number, ...said: [number, number][]): PredictionMatrix {
  return { images: said.length, models: 2, classCount, classes: Int16Array.from(said.flat()) };
}

test('beside the candidates stand the classes that models mix up with them, the most often first', () => {
  const alikes = findLookAlikes(matrixOf(100, [3, 40], [3, 77], [3, 77], [12, 60], [50, 51]));
  expect(alikes.beside([3, 12], 3)).toEqual([77, 40, 60]);
});

test('then come neighbors in the label set, as many as wanted, and never a candidate', () => {
  const alikes = findLookAlikes(matrixOf(500, [10, 200]));
  const others = alikes.beside([10, 200], 10);
  expect(new Set(others).size).toBe(10);
  expect(others.every((other) => other !== 10 && other !== 200)).toBe(true);
  expect(others.every((other) => Math.min(Math.abs(other - 10), Math.abs(other - 200)) <= 8)).toBe(true);
});

test('a candidate stands at every place among its neighbors, so its place does not tell', () => {
  const alikes = findLookAlikes(matrixOf(500, [0, 1]));
  const places = Array.from({ length: 40 }, (_, n) => {
    const candidate = 100 + 7 * n;
    return alikes.beside([candidate], 3).filter((other) => other < candidate).length;
  });
  expect([...new Set(places)].sort()).toEqual([0, 1, 2, 3]);
});

test('a small label set gives what it has', async () => {
  expect(findLookAlikes(matrixOf(3, [0, 1])).beside([0, 1], 24)).toEqual([2]);
  const bench = await openBench();
  const { candidates, others } = asked(bench);
  expect([...candidates, ...others].sort()).toEqual([0, 1, 2]);
});
