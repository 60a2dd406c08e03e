import type { PredictionMatrix } from '../../src/method/predictions.ts';
import { chanceFrom } from '../../src/simulate/chance.ts';

/** A made-up batch and its true classes. */
export type LabeledVotes = { readonly matrix: PredictionMatrix; readonly oracle: Int16Array };

/** Share of wrong votes that go to one of the classes an image is easily taken for; the others go anywhere. */
const EASILY_TAKEN = 0.9;
const LOOKALIKES = 4;

/**
 * Models right on about 45 to 80 % of the images, less often on hard ones, that err mostly towards the same few classes: they
 * disagree on nearly every image, so that hardly anything is left out. The same votes every time.
 *
 * @param equals so many of the best are equally good: then no labels tell them apart for long.
 */
export function makeVotes(images: number, models: number, classCount: number, equals = 1): LabeledVotes {
  const chance = chanceFrom(images, models, classCount);
  const anyClass = () => Math.floor(chance() * classCount);
  const classes = new Int16Array(images * models);
  const oracle = Int16Array.from({ length: images }, anyClass);
  const skills = Array.from({ length: models }, (_, model) => 0.6 + (0.4 * Math.min(model, models - equals)) / models);
  for (let image = 0; image < images; image++) {
    const ease = 1 - 0.5 * chance() ** 2;
    const lookalikes = Array.from({ length: LOOKALIKES }, anyClass);
    for (const [model, skill] of skills.entries()) {
      const isRight = chance() < skill * ease;
      const lookalike = lookalikes[Math.floor(chance() ** 2 * LOOKALIKES)]!;
      classes[image * models + model] = isRight ? oracle[image]! : chance() < EASILY_TAKEN ? lookalike : anyClass();
    }
  }
  return { matrix: { images, models, classCount, classes }, oracle };
}
