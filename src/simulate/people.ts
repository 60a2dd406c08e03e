import { readNpy } from '../tables/npy.ts';
import type { Annotator } from './annotator.ts';
import { chanceFrom, sample } from './chance.ts';

/** `answers[item * people + person]`: a class, -1 where the person did not see the item, -2 where they gave no answer. */
export type RecordedAnswers = { readonly people: number; readonly answers: Int16Array };

/** Largest class index an Int16Array holds. */
const CLASS_MAX = 32767;

/**
 * Reads what people said of a data set's items.
 *
 * @throws Error with one line: the file, what was found, the cure.
 */
export function readAnswers(file: string, items: number): RecordedAnswers {
  const { shape, data } = readNpy(file);
  const [rows = 0, people = 0] = shape;
  if (shape.length !== 2 || rows !== items || people === 0) {
    throw new Error(`${file}: shape (${shape.join(', ')}). Give ${items} items x people, at least one.`);
  }
  const wrong = data.findIndex((one) => one < -2 || one > CLASS_MAX);
  if (wrong >= 0) {
    const where = `item ${Math.floor(wrong / people)}, person ${wrong % people}`;
    throw new Error(
      `${file}: class ${data[wrong]} at ${where}. Use 0 to ${CLASS_MAX}, -1 (not shown) or -2 (no answer).`,
    );
  }
  return { people, answers: Int16Array.from(data) };
}

/**
 * The recorded people, each image's in random order by the seed. Who gave no answer is passed over, and an image nobody
 * answered gives its true class, once.
 *
 * @param images items of the pool that is played.
 * @param oracle true class of each image of the pool.
 */
export function recordedPeople(
  { people, answers }: RecordedAnswers,
  images: Int32Array,
  oracle: Int16Array,
  seed: number,
): Annotator {
  return (image, opinion) => {
    const item = images[image]!;
    const order = Array.from(sample(people, people, chanceFrom(seed, item)));
    const given = order.filter((person) => answers[item * people + person]! >= 0);
    if (given.length === 0 && opinion === 0) return { class: oracle[image]!, annotator: 'nobody' };
    const person = given[opinion];
    return person === undefined ? undefined : { class: answers[item * people + person]!, annotator: String(person) };
  };
}
