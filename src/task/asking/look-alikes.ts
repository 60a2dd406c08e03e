import { ABSTAINED, type PredictionMatrix } from '../../method/predictions.ts';

/** Classes among which the candidates of an image do not stand out. */
export type LookAlikes = {
  /**
   * At most `count` classes that no model predicted for an image with these `candidates`, most alike first: those the models say of
   * the same images as a candidate, then the candidates' neighbors in the label set.
   */
  beside(candidates: readonly number[], count: number): number[];
};

/** Reads nothing before it is asked, and then only the images on which somebody is asked about these classes. */
export function findLookAlikes(matrix: PredictionMatrix): LookAlikes {
  const together = togetherIn(matrix);
  return {
    beside(candidates, count) {
      const own = new Set(candidates);
      const times = new Map<number, number>();
      for (const candidate of candidates) {
        for (const [other, n] of together(candidate)) {
          if (!own.has(other)) times.set(other, (times.get(other) ?? 0) + n);
        }
      }
      const confused = [...times].sort(([a, n], [b, m]) => m - n || a - b).map(([other]) => other);
      if (confused.length >= count) return confused.slice(0, count);
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

/** Gives for a class on how many images each other one was predicted, too; what was counted is kept. */
function togetherIn(matrix: PredictionMatrix): (one: number) => ReadonlyMap<number, number> {
  const known = new Map<number, ReadonlyMap<number, number>>();
  let imagesOf: ((one: number) => Int32Array) | undefined;
  return (one) => {
    const before = known.get(one);
    if (before) return before;
    imagesOf ??= imagesByClass(matrix);
    const counts = new Map<number, number>();
    for (const image of imagesOf(one)) {
      for (const other of candidateClasses(matrix, image)) {
        if (other !== one) counts.set(other, (counts.get(other) ?? 0) + 1);
      }
    }
    known.set(one, counts);
    return counts;
  };
}

/** Gives the images on which a class was predicted. Takes two passes over the matrix. */
function imagesByClass(matrix: PredictionMatrix): (one: number) => Int32Array {
  const start = new Int32Array(matrix.classCount + 1);
  eachCandidate(matrix, (candidate) => {
    start[candidate + 1]! += 1;
  });
  for (let one = 1; one < start.length; one++) start[one]! += start[one - 1]!;
  const images = new Int32Array(start.at(-1)!);
  const next = start.slice();
  eachCandidate(matrix, (candidate, image) => {
    images[next[candidate]!++] = image;
  });
  return (one) => images.subarray(start[one], start[one + 1]);
}

/** Calls `visit` with each class that some model predicted for an image, image after image. */
function eachCandidate(
  { images, models, classCount, classes }: PredictionMatrix,
  visit: (candidate: number, image: number) => void,
): void {
  const seenOn = new Int32Array(classCount).fill(-1);
  for (let image = 0; image < images; image++) {
    for (let cell = image * models; cell < (image + 1) * models; cell++) {
      const candidate = classes[cell]!;
      if (candidate === ABSTAINED || seenOn[candidate] === image) continue;
      seenOn[candidate] = image;
      visit(candidate, image);
    }
  }
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
