import fc from 'fast-check';
import { ASSUMPTIONS, type Assumptions } from '../../src/method/constants.ts';
import type { PredictionMatrix } from '../../src/method/predictions.ts';

/** A matrix from rows of classes, one row an image. */
export function matrixOf(rows: readonly (readonly number[])[], classCount: number): PredictionMatrix {
  return { images: rows.length, models: rows[0]!.length, classCount, classes: Int16Array.from(rows.flat()) };
}

/** Small pools of every kind: duplicates, unanimous images, missing predictions, few and many classes. */
export const anyPool = fc
  .record({
    images: fc.integer({ min: 1, max: 12 }),
    models: fc.integer({ min: 1, max: 5 }),
    classCount: fc.constantFrom(2, 3, 4, 70),
    votes: fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
  })
  .map(({ images, models, classCount, votes }) => {
    // One more than the classes, because -1 is a missing prediction.
    const options = Math.min(classCount, 4) + 1;
    const row = (image: number) => votes.slice(5 * image, 5 * image + models).map((vote) => (vote % options) - 1);
    return matrixOf(
      Array.from({ length: images }, (_, image) => row(image)),
      classCount,
    );
  });

/** A world in which nobody ever clicks wrong. */
export const flawless: Assumptions = {
  ...ASSUMPTIONS,
  scenarios: [{ rate: 0, prior: 1 }],
  randomPerson: 0,
  looks: { least: 0, leastOnceContradicted: 0, share: 0 },
};
