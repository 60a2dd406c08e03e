import type { Assumptions } from '../method/constants.ts';
import type { PredictionMatrix } from '../method/predictions.ts';
import { type Annotator, annotatorOf } from './annotator.ts';
import { chanceFrom, sample } from './chance.ts';
import { type LabeledData, takeImages } from './labeled-data.ts';
import { type Measures, measure } from './measures.ts';
import { recordedPeople } from './people.ts';
import { type Played, play } from './play.ts';
import { strategies } from './strategies.ts';
import { countRight } from './tally.ts';

/** How one strategy is tried on one data set. */
export type Experiment = {
  readonly strategy: string;
  /** Pools at most; fewer where the folder has fewer prepared. */
  readonly pools: number;
  /** Pools left out before the first that is played: those that something was chosen on. */
  readonly skip?: number;
  /** Images of a pool: 0 takes all of them, `undefined` the prepared pools where there are any, or else all. */
  readonly poolSize: number | undefined;
  /** Labels at most; `undefined` for the pool size. */
  readonly budget: number | undefined;
  /** Confidence at which something is announced. */
  readonly confidence: number;
  /** Average share of clicks that are wrong; no strategy is told. */
  readonly clickError: number;
  /** Whether recorded people click instead. */
  readonly people: boolean;
  readonly opinions: number;
  readonly epsilon: number;
  /** What our method takes for granted, to try others. */
  readonly assumptions?: Assumptions;
};

/** What one strategy achieved on one data set, as `simulate --json` prints it. */
export type Report = {
  readonly dataset: string;
  readonly items: number;
  readonly models: number;
  readonly classes: number;
  readonly poolSize: number;
  readonly pools: number;
  readonly strategy: string;
} & Measures;

/** What an experiment gave: its report, and what that was made of. */
export type TriedOut = { readonly report: Report; readonly runs: readonly Played[]; readonly budget: number };

/** Plays every pool. The same pools and the same people's luck for every strategy. */
export function tryOut(data: LabeledData, experiment: Experiment): TriedOut {
  const pools = poolsOf(data, experiment);
  const budget = budgetOf(pools, experiment);
  const runs = pools.map((pool) => playPool(pool, { ...experiment, budget }));
  return { report: reportOf(data, experiment, { runs, budget, poolSize: pools[0]!.matrix.images }), runs, budget };
}

/** Labels at most: as many as a pool has images, where nothing else is said. */
export function budgetOf(pools: readonly DrawnPool[], { budget }: Experiment): number {
  return budget ?? pools[0]!.matrix.images;
}

/** Plays one pool. */
export function playPool(pool: DrawnPool, experiment: Experiment & { readonly budget: number }): Played {
  const { matrix, accuracies, annotator, seed } = pool;
  const strategy = strategies[experiment.strategy]!({ ...experiment, seed, matrix });
  return play(strategy, annotator, accuracies, experiment);
}

/** What was achieved over the pools of a set. */
export function reportOf(
  data: LabeledData,
  { strategy }: Experiment,
  { runs, budget, poolSize }: { runs: readonly Played[]; budget: number; poolSize: number },
): Report {
  const { images: items, models, classCount: classes } = data.matrix;
  const head = { dataset: data.name, items, models, classes, poolSize, pools: runs.length, strategy };
  return { ...head, ...measure(runs, budget) };
}

/** Images drawn from a set, as a batch, with who labels them. */
export type DrawnPool = {
  /** Its place among all pools of the set: the luck of whoever plays it. */
  readonly seed: number;
  readonly matrix: PredictionMatrix;
  /** True accuracy of each model. */
  readonly accuracies: Float64Array;
  readonly annotator: Annotator;
};

/** The pools of a set, with the luck of their people fixed. */
export function poolsOf(data: LabeledData, experiment: Experiment): DrawnPool[] {
  const { matrix, oracle, name } = data;
  const human = experiment.people ? data.human : undefined;
  if (experiment.people && !human) throw new Error(`${name}: no human.npy. Put one there, or leave out --people.`);
  const skip = experiment.skip ?? 0;
  const drawn = drawPools(data, experiment).slice(skip);
  if (drawn.length === 0) throw new Error(`${name}: there is no pool behind the first ${skip}. Use a smaller --skip.`);
  return drawn.map((images, index) => {
    const seed = skip + index;
    const truth = Int16Array.from(images, (image) => oracle[image]!);
    const pool = takeImages(matrix, images);
    const annotator = human
      ? recordedPeople(human, images, truth, seed)
      : annotatorOf(pool, truth, { ...experiment, seed });
    return { seed, matrix: pool, accuracies: accuraciesOf(pool, truth), annotator };
  });
}

function drawPools({ pools, matrix: { images } }: LabeledData, experiment: Experiment): Int32Array[] {
  const { poolSize } = experiment;
  const last = (experiment.skip ?? 0) + experiment.pools;
  if (poolSize === undefined && pools.length > 0) return pools.slice(0, last);
  if (!poolSize) return [Int32Array.from({ length: images }, (_, image) => image)];
  if (poolSize > images) throw new Error(`--pool-size ${poolSize}: there are only ${images} items. Use fewer, or 0.`);
  return Array.from({ length: last }, (_, draw) => sample(poolSize, images, chanceFrom(draw, poolSize)));
}

function accuraciesOf(matrix: PredictionMatrix, oracle: Int16Array): Float64Array {
  const right = new Float64Array(matrix.models);
  for (const [image, label] of oracle.entries()) countRight(matrix, image, label, right);
  return right.map((count) => count / matrix.images);
}
