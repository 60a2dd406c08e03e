import fc from 'fast-check';
import type { PredictionMatrix } from '../../src/core/predictions.ts';

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
    seed: fc.infiniteStream(fc.nat()),
  })
  .map(({ images, models, classCount, seed }) => {
    const vote = () => Math.max(-1, (seed.next().value % (Math.min(classCount, 4) + 1)) - 1);
    return matrixOf(
      Array.from({ length: images }, () => Array.from({ length: models }, vote)),
      classCount,
    );
  });
