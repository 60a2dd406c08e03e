import { chanceFrom, sample } from './chance.ts';
import type { Setting, Strategy } from './strategy.ts';
import { argmax, countRight } from './tally.ts';

/**
 * Asks about the images models disagree on in an order fixed beforehand, and chooses the model with most labels right:
 * at random, or first where the votes are least certain, by the margin between the two most voted classes or by entropy.
 */
export function committee({ matrix, seed }: Setting, order: 'random' | 'margin' | 'entropy'): Strategy {
  const queue = Array.from(sample(matrix.images, matrix.images, chanceFrom(seed)), (image) => ({
    image,
    shares: voteShares(image),
  }))
    .filter(({ shares }) => shares.length > 1)
    .sort((a, b) => certainty(a.shares, order) - certainty(b.shares, order));
  const right = new Float64Array(matrix.models);
  let asked = 0;
  return {
    next: () => queue[asked]?.image,
    learn(image, label) {
      asked += 1;
      if (label !== null) countRight(matrix, image, label, right);
    },
    leader: () => argmax(right),
    isFinal: () => false,
    confidence: () => undefined,
  };

  function voteShares(image: number): number[] {
    const counts = new Map<number, number>();
    for (const vote of matrix.classes.subarray(image * matrix.models, (image + 1) * matrix.models)) {
      counts.set(vote, (counts.get(vote) ?? 0) + 1);
    }
    return [...counts.values()].map((count) => count / matrix.models);
  }
}

/** Equals stay in random order. */
function certainty(shares: readonly number[], order: 'random' | 'margin' | 'entropy'): number {
  if (order === 'random') return 0;
  if (order === 'entropy') return shares.reduce((sum, share) => sum + share * Math.log(share), 0);
  const [first = 0, second = 0] = shares.toSorted((a, b) => b - a);
  return first - second;
}
