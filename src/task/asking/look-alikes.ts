import { ABSTAINED, type PredictionMatrix } from '../../method/predictions.ts';

/** Classes among which the candidates of an image do not stand out. */
export type LookAlikes = {
  /**
   * At most `count` classes that no model predicted for an image with these `candidates`, most alike first: those the models say of
   * the same images as a candidate, then the candidates' neighbors in the label set.
   */
  beside(candidates: readonly number[], count: number): number[];
};

/** Counts only the images on which somebody is asked about these classes; where those are is read beforehand, bit by bit. */
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
  const { models, classCount, classes } = matrix;
  const known = new Map<number, ReadonlyMap<number, number>>();
  const imagesOf = disputesByClass(matrix);

  function count(one: number): ReadonlyMap<number, number> {
    const counts = new Map<number, number>();
    const seenOn = new Int32Array(classCount).fill(-1);
    for (const image of imagesOf(one)) {
      for (let cell = image * models; cell < (image + 1) * models; cell++) {
        const other = classes[cell]!;
        if (other === one || other === ABSTAINED || seenOn[other] === image) continue;
        seenOn[other] = image;
        counts.set(other, (counts.get(other) ?? 0) + 1);
      }
    }
    return counts;
  }

  return (one) => {
    const counts = known.get(one) ?? count(one);
    known.set(one, counts);
    return counts;
  };
}

/**
 * Gives the images on which a class was predicted beside others. The matrix is read a slice at a time before anybody asks, so that
 * no click waits for a large one; whoever asks earlier waits for the rest.
 */
function disputesByClass(matrix: PredictionMatrix): (one: number) => Int32Array {
  const { images, classCount } = matrix;
  const found = openPairs(classCount);
  let read = 0;
  let index: ((one: number) => Int32Array) | undefined;
  const readSlice = () => {
    const end = Math.min(images, read + SLICE);
    while (read < end) found.note(matrix, read++);
    if (read < images) setImmediate(readSlice).unref();
  };
  setImmediate(readSlice).unref();
  return (one) => {
    while (read < images) found.note(matrix, read++);
    index ??= found.byClass();
    return index(one);
  };
}

/** Images read at once. */
const SLICE = 500;

/** Which class was predicted on which image. */
function openPairs(classCount: number) {
  const seenOn = new Int32Array(classCount).fill(-1);
  const start = new Int32Array(classCount + 1);
  /** Class and image of each, one behind the other. */
  let [pairs, length] = [new Int32Array(1024), 0];

  function add(candidate: number, image: number): void {
    if (length === pairs.length) {
      const more = new Int32Array(2 * length);
      more.set(pairs);
      pairs = more;
    }
    start[candidate + 1]! += 1;
    pairs[length++] = candidate;
    pairs[length++] = image;
  }

  return {
    /** Nothing is taken of an image on which all models agree. */
    note({ models, classes }: PredictionMatrix, image: number): void {
      const [first, end] = [image * models, (image + 1) * models];
      let cell = first + 1;
      while (cell < end && classes[cell] === classes[first]) cell += 1;
      if (cell === end) return;
      for (cell = first; cell < end; cell++) {
        const candidate = classes[cell]!;
        if (candidate === ABSTAINED || seenOn[candidate] === image) continue;
        seenOn[candidate] = image;
        add(candidate, image);
      }
    },
    byClass(): (one: number) => Int32Array {
      for (let one = 1; one < start.length; one++) start[one]! += start[one - 1]!;
      const images = new Int32Array(length / 2);
      const next = start.slice();
      for (let pair = 0; pair < length; pair += 2) images[next[pairs[pair]!]!++] = pairs[pair + 1]!;
      pairs = new Int32Array(0);
      return (one) => images.subarray(start[one], start[one + 1]);
    },
  };
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
