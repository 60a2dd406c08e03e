import { chanceFrom, sample } from './chance.ts';
import type { Setting, Strategy } from './strategy.ts';
import { argmax } from './tally.ts';

/**
 * Model Picker: sees every image once, in random order, and tosses a coin whether to ask: the more the posterior's
 * models disagree on it, the likelier. What it asks counts inversely to that chance. As in its authors' experiments,
 * with their query constant at 1 and the step eta = sqrt(ln(models) / 2 t).
 *
 * @see Karimi et al., Online Active Model Selection for Pre-trained Classifiers, AISTATS 2021, and its code at
 *   https://github.com/DS3Lab/online-active-model-selection
 */
export function modelPicker({ matrix, seed }: Setting): Strategy {
  const { images, models, classes } = matrix;
  const chance = chanceFrom(seed, 2);
  const stream = sample(images, images, chanceFrom(seed));
  const losses = new Float64Array(models);
  let seen = 0;
  let askedWith = 1;

  function chanceToAsk(votes: Int16Array): number {
    if (votes.every((vote) => vote === votes[0])) return 0;
    const eta = Math.sqrt(Math.log(models) / 2 / seen);
    const least = losses.reduce((a, b) => Math.min(a, b));
    const weights = losses.map((loss) => Math.exp(-eta * (loss - least)));
    const total = weights.reduce((a, b) => a + b);
    const masses = new Map<number, number>();
    for (const [model, vote] of votes.entries()) masses.set(vote, (masses.get(vote) ?? 0) + weights[model]! / total);
    const spread = Math.max(...[...masses.values()].map((mass) => mass * (1 - mass)));
    return Math.min(1, Math.max(spread, eta));
  }

  return {
    next() {
      while (seen < images) {
        const image = stream[seen]!;
        seen += 1;
        askedWith = chanceToAsk(classes.subarray(image * models, (image + 1) * models));
        if (chance() < askedWith) return image;
      }
      return undefined;
    },
    learn(image, label) {
      for (let model = 0; model < models; model++) {
        if (classes[image * models + model] !== label) losses[model]! += 1 / askedWith;
      }
    },
    leader: () => argmax(losses.map((loss) => -loss)),
    isFinal: () => false,
    confidence: () => undefined,
  };
}
