import { ABSTAINED, type PredictionMatrix } from '../../method/predictions.ts';

/** Classes among which the candidates of an image do not stand out. */
export type LookAlikes = {
  /**
   * At most `count` classes that no model predicted for an image with these `candidates`, most alike first: those the models say of
   * the same images as a candidate, then the candidates' neighbors in the label set.
   */
  beside(candidates: readonly number[], count: number): number[];
};

/** Takes one pass over the matrix. */
export function findLookAlikes(matrix: PredictionMatrix): LookAlikes {
  const together = countTogether(matrix);
  return {
    beside(candidates, count) {
      const own = new Set(candidates);
      const times = new Map<number, number>();
      for (const candidate of candidates) {
        for (const [other, n] of together.get(candidate) ?? []) {
          if (!own.has(other)) times.set(other, (times.get(other) ?? 0) + n);
        }
      }
      const confused = [...times].sort(([a, n], [b, m]) => m - n || a - b).map(([other]) => other);
      const near = neighbors(candidates, matrix.classCount, count + own.size + confused.length);
      return [...new Set([...confused, ...near.filter((other) => !own.has(other))])].slice(0, count);
    },
  };
}

/** Ascending: the order people see must not tell how many models chose a class. */
export function candidateClasses({ models, classes }: PredictionMatrix, image: number): number[] {
  const predicted = new Set(classes.subarray(image * models, (image + 1) * models));
  predicted.delete(ABSTAINED);
  return [...predicted].sort((a, b) => a - b);
}

/** On how many images two classes were both predicted, by class and other class. */
function countTogether(matrix: PredictionMatrix): Map<number, Map<number, number>> {
  const together = new Map<number, Map<number, number>>();
  for (let image = 0; image < matrix.images; image++) {
    const candidates = candidateClasses(matrix, image);
    for (const one of candidates) {
      for (const other of candidates) {
        if (one === other) continue;
        const counts = together.get(one) ?? new Map<number, number>();
        together.set(one, counts.set(other, (counts.get(other) ?? 0) + 1));
      }
    }
  }
  return together;
}

/**
 * Classes that stand near any of these in the label set: many sets stand in an order of kinds. They begin up to three places
 * before a candidate, by its number, so that it is not the one in the middle.
 */
function neighbors(candidates: readonly number[], classCount: number, count: number): number[] {
  const found = new Set<number>();
  for (let step = 0; step < classCount && found.size < count; step++) {
    for (const candidate of candidates) {
      const before = (candidate * 5) % 4;
      found.add((candidate - before + step + classCount) % classCount);
    }
  }
  return [...found];
}
