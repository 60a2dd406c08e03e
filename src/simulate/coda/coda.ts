import type { PredictionMatrix } from '../../method/predictions.ts';
import { chanceFrom } from '../chance.ts';
import type { Setting, Strategy } from '../strategy.ts';
import { argmax } from '../tally.ts';
import { classShares, learnConfusion, priorConfusions } from './confusions.ts';
import { campsOf, type Outlook, outlookOn } from './outlook.ts';

/** Gains that differ by no more than this, absolutely and in proportion together, are equal. */
const EQUAL = 1e-8;
/** The least chance that entropies are made of. */
const LEAST = 1e-12;

/** CODA's beliefs, open to be compared with those of its authors' code. */
export type CodaBelief = {
  /** `best[model]`: the chance of having the highest recall, in the mean over the classes as they are believed to occur. */
  best(): Float64Array;
  /** `gains[image]`: the bits by which the entropy of `best` is expected to fall with the image's label, of images not yet learned. */
  gains(): Float64Array;
  learn(image: number, label: number): void;
};

/**
 * CODA: a belief about each model's confusions, whose prior takes the consensus of the models for the truth. Asks where
 * the entropy of which model is best is expected to fall most, among the images that models disagree on while there are
 * any; equals are chosen from at random. It is made for scores: here a prediction is a score of 1, every other class 0.
 *
 * @see Kay et al., Consensus-Driven Active Model Selection, ICCV 2025, and its code at
 *   https://github.com/justinkay/coda, whose defaults are taken
 */
export function coda({ matrix, seed }: Setting): Strategy {
  const { images, models, classes } = matrix;
  const chance = chanceFrom(seed, 3);
  const belief = codaBelief(matrix);
  const isDisputed = Uint8Array.from({ length: images }, (_, image) => {
    const votes = classes.subarray(image * models, (image + 1) * models);
    return votes.some((vote) => vote !== votes[0]) ? 1 : 0;
  });
  const unasked = new Set(isDisputed.keys());

  return {
    next() {
      const disputed = [...unasked].filter((image) => isDisputed[image] === 1);
      const candidates = disputed.length > 0 ? disputed : [...unasked];
      const gains = belief.gains();
      const most = candidates.reduce((a, image) => Math.max(a, gains[image]!), Number.NEGATIVE_INFINITY);
      const equals = candidates.filter((image) => most - gains[image]! <= EQUAL * (1 + Math.abs(most)));
      return equals[Math.floor(chance() * equals.length)];
    },
    learn(image, label) {
      unasked.delete(image);
      if (label !== null) belief.learn(image, label);
    },
    leader: () => argmax(belief.best()),
    isFinal: () => false,
    confidence: (tolerance) => (tolerance === 0 ? Math.max(...belief.best()) : undefined),
  };
}

/** What CODA believes before any label. Cost of a label: the camps of its class x models x 256. */
export function codaBelief(matrix: PredictionMatrix): CodaBelief {
  const confusions = priorConfusions(matrix);
  const camps = campsOf(matrix);
  const look = (truth: number) => outlookOn(camps[truth]!, confusions.right[truth]!, confusions.wrong[truth]!);
  const outlooks = camps.map((_, truth) => look(truth));
  let shares = classShares(confusions);
  let best = mixture(outlooks, shares);

  return {
    best: () => best,
    gains() {
      const expected = new Float64Array(matrix.images);
      for (const [truth, { now, afterNone, afterCamps }] of outlooks.entries()) {
        const weight = confusions.weights[truth]!;
        const ifNone = entropyAfter(best, shares[truth]!, now, afterNone);
        for (let image = 0; image < matrix.images; image++) expected[image]! += weight[image]! * ifNone;
        for (const [index, { images }] of camps[truth]!.entries()) {
          if (images.size === 0) continue;
          const change = entropyAfter(best, shares[truth]!, now, afterCamps[index]!) - ifNone;
          for (const image of images) expected[image]! += weight[image]! * change;
        }
      }
      const entropyNow = entropyAfter(best, 0, best, best);
      return expected.map((entropy, image) => entropyNow - entropy / confusions.totals[image]!);
    },
    learn(image, label) {
      for (const { images } of camps.flat()) images.delete(image);
      learnConfusion(matrix, confusions, image, label);
      outlooks[label] = look(label);
      shares = classShares(confusions);
      best = mixture(outlooks, shares);
    },
  };
}

/** The classes' chances of being best, weighed by how often each class is believed to occur. */
function mixture(outlooks: readonly Outlook[], shares: Float64Array): Float64Array {
  const best = new Float64Array(outlooks[0]!.now.length);
  for (const [truth, { now }] of outlooks.entries()) {
    for (let model = 0; model < best.length; model++) best[model]! += shares[truth]! * now[model]!;
  }
  return best;
}

/** Entropy in bits of the mixture once one class, with this share of it, has changed. */
function entropyAfter(best: Float64Array, share: number, now: Float64Array, after: Float64Array): number {
  let entropy = 0;
  for (let model = 0; model < best.length; model++) {
    const chance = Math.max(LEAST, best[model]! + share * (after[model]! - now[model]!));
    entropy -= chance * Math.log2(chance);
  }
  return entropy;
}
