import { chanceFrom, sample } from './chance.ts';
import type { Setting, Strategy } from './strategy.ts';
import { argmax, countRight } from './tally.ts';

/**
 * Asks in an order fixed beforehand and chooses the model with most labels right: at random, or where the models' votes
 * are least certain, by the margin between the two most voted classes or by the entropy of the votes.
 */
export function committee({ matrix, seed }: Setting, order: 'random' | 'margin' | 'entropy'): Strategy {
  const shuffled = [...sample(matrix.images, matrix.images, chanceFrom(seed))];
  const certainties = order === 'random' ? undefined : shuffled.map((image) => certainty(votesFor(image), order));
  const queue = certainties
    ? shuffled.map((image, place) => ({ image, place })).sort((a, b) => certainties[a.place]! - certainties[b.place]!)
    : shuffled.map((image) => ({ image }));
  const right = new Float64Array(matrix.models);
  let asked = 0;
  return {
    next: () => queue[asked]?.image,
    learn(image, label) {
      asked += 1;
      countRight(matrix, image, label, right);
    },
    leader: () => argmax(right),
    confidence: () => undefined,
  };

  function votesFor(image: number): number[] {
    const counts = new Map<number, number>();
    for (const vote of matrix.classes.subarray(image * matrix.models, (image + 1) * matrix.models)) {
      counts.set(vote, (counts.get(vote) ?? 0) + 1);
    }
    return [...counts.values()].map((count) => count / matrix.models);
  }
}

function certainty(shares: number[], order: 'margin' | 'entropy'): number {
  if (order === 'entropy') return shares.reduce((sum, share) => sum + share * Math.log(share), 0);
  const [first = 0, second = 0] = shares.sort((a, b) => b - a);
  return first - second;
}
