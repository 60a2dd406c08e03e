import { expect, test } from 'vitest';
import { assess } from '../../src/method/assess.ts';
import { prior, replay } from '../../src/method/belief.ts';
import { ASSUMPTIONS } from '../../src/method/constants.ts';
import { prepare } from '../../src/method/problem.ts';

// Votes of three models and the truth. The first two are right together; the third spoils whom it joins, and is right where
// all differ. No weights for single votes say so: the second must outweigh the others' sum, and so must the first.
const KINDS = [
  { votes: [1, 1, 0], truth: 1 },
  { votes: [1, 0, 1], truth: 0 },
  { votes: [0, 1, 1], truth: 0 },
  { votes: [0, 1, 2], truth: 2 },
];
const CLASSES = 3;
const IMAGES = 180;

/** How many of the images nobody labeled are predicted right, after a third was labeled. */
function predictedRight(pairTerms: boolean): number {
  const pool = Array.from({ length: IMAGES }, (_, image) => {
    const { votes, truth } = KINDS[image % KINDS.length]!;
    const turn = (one: number) => (one + Math.floor(image / KINDS.length)) % CLASSES;
    return { votes: votes.map(turn), truth: turn(truth) };
  });
  const classes = Int16Array.from(pool.flatMap(({ votes }) => votes));
  const matrix = { images: IMAGES, models: 3, classCount: CLASSES, classes };
  const problem = prepare(matrix, { assumptions: { ...ASSUMPTIONS, pairTerms } });
  const clicks = pool.slice(0, IMAGES / 3).map(({ truth }, image) => ({ image, class: truth }));
  const { labelProbabilities } = assess(problem, replay(problem, clicks));
  return pool.filter(({ truth }, image) => {
    const start = problem.rowStart[image]!;
    const row = labelProbabilities.subarray(start, problem.rowStart[image + 1]!);
    return image >= IMAGES / 3 && problem.slotClasses[start + row.indexOf(Math.max(...row))] === truth;
  }).length;
}

test('it is learned that two models are wrong together and right apart, which single votes can’t say', () => {
  expect(predictedRight(true)).toBe((2 * IMAGES) / 3);
  expect(predictedRight(false)).toBeLessThan((2 * IMAGES) / 3);
});

test('where all models agree every pair counts: in how many are right, and in how unsure that is', () => {
  const classes = Int16Array.from({ length: 300 }, (_, vote) => (vote === 0 ? 1 : 0));
  const problem = prepare({ images: 100, models: 3, classCount: 3, classes });
  const { size, pairTerms } = problem.layout;
  const belief = prior(problem);
  const trusting = assess(problem, {
    ...belief,
    weights: { ...belief.weights, mean: belief.weights.mean.with(pairTerms, 3) },
  });
  const unsure = belief.weights.covariance.with(pairTerms * size + pairTerms, 9);
  const doubting = assess(problem, { ...belief, weights: { ...belief.weights, covariance: unsure } });
  const plain = assess(problem, belief);
  expect(trusting.expectedAccuracy[1]).toBeGreaterThan(plain.expectedAccuracy[1]! + 0.1);
  expect(doubting.accuracySd[1]).toBeGreaterThan(1.1 * plain.accuracySd[1]!);
});
