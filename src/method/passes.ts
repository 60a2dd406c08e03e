import { gapGradients, gapVariances, sumByModel, wrongOf } from './gaps.ts';
import {
  answeredInKernel,
  gainsInKernel,
  gradientsInKernel,
  hasTerms,
  isForKernel,
  noteInKernel,
  sumInKernel,
  variancesInKernel,
  votesInKernel,
  wrongInKernel,
} from './kernel.ts';
import { HandLost } from './kernel-memory.ts';
import { promisesInKernel, scoresInKernel } from './kernel-scores.ts';
import type { Problem } from './problem.ts';
import { answeredGaps } from './scenario-gaps.ts';
import { promisesOf, scoresOf } from './scores.ts';
import { gainsOf } from './shifted.ts';
import { votesOf } from './vote.ts';

/** What looks at every vote, and so takes nearly all the time of a question over a large batch. */
export type Passes = {
  /** `isBrief`: they may be written over when they are asked for the next time, of any problem, which saves a copy. */
  readonly votesOf: (problem: Problem, mean: Float64Array, isBrief?: boolean) => Float64Array;
  /** To be called where chances that `votesOf` gave are changed: the rows of some items. */
  readonly noteChanges: (problem: Problem, probabilities: Float64Array, items: Int32Array) => void;
  /** What these two and `promisesOf` give may be written over when they are asked the next time, of any problem. */
  readonly wrongOf: typeof wrongOf;
  readonly gainsOf: typeof gainsOf;
  readonly sumByModel: typeof sumByModel;
  readonly gapVariances: typeof gapVariances;
  readonly gapGradients: typeof gapGradients;
  readonly answeredGaps: typeof answeredGaps;
  readonly promisesOf: typeof promisesOf;
  readonly scoresOf: typeof scoresOf;
};

/** As it is meant. */
export const plainPasses: Passes = {
  votesOf,
  noteChanges: () => {},
  wrongOf,
  gainsOf,
  sumByModel,
  gapVariances,
  gapGradients,
  answeredGaps,
  promisesOf,
  scoresOf,
};

/** The same to a billionth, several times as fast; for pools without terms by model and class or by pair. */
export const kernelPasses: Passes = {
  votesOf: again(votesInKernel),
  noteChanges: again(noteInKernel),
  wrongOf: again(wrongInKernel),
  gainsOf: again(gainsInKernel),
  sumByModel: again(sumInKernel),
  gapVariances: again(variancesInKernel),
  gapGradients: again(gradientsInKernel),
  answeredGaps: answeredInKernel,
  promisesOf: again(promisesInKernel),
  scoresOf: again(scoresInKernel),
};

/** For pools with such terms: what everything else hangs on has the bits of the TypeScript. */
export const termPasses: Passes = { ...kernelPasses, votesOf, sumByModel };

/** Where a thread that helped is lost, the pass is done again, without help. */
function again<A extends unknown[], R>(pass: (...inputs: A) => R): (...inputs: A) => R {
  return (...inputs) => {
    try {
      return pass(...inputs);
    } catch (error) {
      if (error instanceof HandLost) return pass(...inputs);
      throw error;
    }
  };
}

/** The fastest there are for this problem. */
export function passesOf(problem: Problem): Passes {
  if (!isForKernel(problem)) return plainPasses;
  return hasTerms(problem) ? termPasses : kernelPasses;
}
