import { chanceFrom } from './chance.ts';
import type { Setting, Strategy } from './strategy.ts';
import { argmax, countRight } from './tally.ts';

/**
 * Model Selector: a posterior over which model is best, in which a model that agrees with a label gains a factor
 * (1 - epsilon) / epsilon; asks where the entropy of the posterior is expected to be lowest, every class being as likely.
 * Equals are chosen from at random, as in its authors' code.
 *
 * @see Okanovic et al., All models are wrong, some are useful: Model Selection with Limited Labels, AISTATS 2025
 */
export function modelSelector({ matrix, epsilon, seed }: Setting): Strategy {
  const { images, models, classCount, classes } = matrix;
  const gain = (1 - epsilon) / epsilon;
  const agreements = new Float64Array(models);
  const isAsked = new Uint8Array(images);
  const chance = chanceFrom(seed, 1);
  const mass = new Float64Array(classCount);
  const order = new Float64Array(classCount);
  let posterior = posteriorOf(agreements, gain);

  /** Expected entropy, up to what is the same for every image. A class nobody predicted leaves the entropy as it is. */
  function expectedEntropy(image: number, own: Float64Array, entropy: number): number {
    const votes = classes.subarray(image * models, (image + 1) * models);
    for (const vote of votes) {
      mass[vote] = 0;
      order[vote] = 0;
    }
    for (let model = 0; model < models; model++) {
      mass[votes[model]!]! += posterior[model]!;
      order[votes[model]!]! += own[model]!;
    }
    let change = 0;
    for (const vote of votes) {
      if (mass[vote] === -1) continue;
      const total = 1 + (gain - 1) * mass[vote]!;
      const sum = -entropy + (gain - 1) * order[vote]! + gain * Math.log(gain) * mass[vote]!;
      change += Math.log(total) - sum / total - entropy;
      mass[vote] = -1;
    }
    return change / classCount;
  }

  return {
    next() {
      const own = posterior.map((share) => (share > 0 ? share * Math.log(share) : 0));
      const entropy = -own.reduce((sum, term) => sum + term, 0);
      let lowest = Number.POSITIVE_INFINITY;
      let equals: number[] = [];
      for (let image = 0; image < images; image++) {
        if (isAsked[image]) continue;
        const expected = expectedEntropy(image, own, entropy);
        if (expected < lowest - 1e-12) equals = [];
        if (expected < lowest + 1e-12) equals.push(image);
        lowest = Math.min(lowest, expected);
      }
      return equals[Math.floor(chance() * equals.length)];
    },
    learn(image, label) {
      isAsked[image] = 1;
      if (label === null) return;
      countRight(matrix, image, label, agreements);
      posterior = posteriorOf(agreements, gain);
    },
    leader: () => argmax(agreements),
    isFinal: () => false,
    confidence: (tolerance) => (tolerance === 0 ? posterior[argmax(agreements)] : undefined),
  };
}

function posteriorOf(agreements: Float64Array, gain: number): Float64Array {
  const most = agreements.reduce((a, b) => Math.max(a, b));
  const weights = agreements.map((count) => gain ** (count - most));
  const total = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / total);
}
