import { expect, test } from 'vitest';
import type { SaidOnDay } from '../../src/method/days-aligned.ts';
import { differenceOf, isUnlike } from '../../src/method/unlike.ts';
import { type Chance, chanceFrom } from '../../src/simulate/chance.ts';

const models = ['a', 'b', 'c', 'd'];
const classes = ['cat', 'dog', 'owl'];

/** A day of images whose classes have these shares; models err alike on hard images, and each by itself. */
function dayOf(chance: Chance, images = 60, shares = [0.5, 0.3, 0.2], errs = 0.1): SaidOnDay {
  const drawn = () => {
    const at = chance();
    return shares.findIndex((_, place) => at < shares.slice(0, place + 1).reduce((sum, one) => sum + one, 0));
  };
  const said = Array.from({ length: images }, () => {
    const truth = drawn();
    const isHard = chance() < 0.3;
    const lure = drawn();
    return models.map(() => (isHard && chance() < 0.6 ? lure : chance() < errs ? drawn() : truth));
  });
  const matrix = { images, models: models.length, classCount: 3, classes: Int16Array.from(said.flat()) };
  return { matrix, names: { models, classes } };
}

test('where images are drawn alike, a day looks as strange as one in n on one day in n', () => {
  const chance = chanceFrom(20);
  const chances = Array.from({ length: 300 }, () => differenceOf(dayOf(chance, 40), dayOf(chance, 30))!.chance);
  for (const level of [0.02, 0.1, 0.5]) {
    const share = chances.filter((one) => one <= level).length / chances.length;
    expect(Math.abs(share - level)).toBeLessThan(4 * Math.sqrt((level * (1 - level)) / chances.length));
  }
});

test('a class that disappears, and models that disagree more, are seen; a little of either is not', () => {
  const chance = chanceFrom(21);
  const [before, alike] = [dayOf(chance, 300), dayOf(chance, 300)];
  expect(isUnlike(differenceOf(before, alike)!)).toBe(false);
  const gone = differenceOf(before, dayOf(chance, 300, [0.6, 0.4, 0]))!;
  expect(isUnlike(gone)).toBe(true);
  expect(gone.classes[0]).toMatchObject({ name: 'owl', now: 0 });
  const torn = differenceOf(before, dayOf(chance, 300, [0.5, 0.3, 0.2], 0.5))!;
  expect(isUnlike(torn)).toBe(true);
  expect(torn.agreement.now).toBeLessThan(torn.agreement.before - 0.1);
});

test('a change is worth a warning where chance does not make it and it is large: of the agreement, of all predictions, or of a class', () => {
  const byMost = { moved: 0.2, classes: [] };
  const little = { agreement: { before: 0.8, now: 0.77 }, moved: 0.05, classes: [], byMost, chance: 0.001 };
  const classes = (before: number, now: number) => ({ ...little, classes: [{ name: 'owl', before, now }] });
  expect(isUnlike(little)).toBe(false);
  expect(isUnlike(classes(0.06, 0.04))).toBe(false);
  const large = [
    { ...little, agreement: { before: 0.8, now: 0.74 } },
    { ...little, moved: 0.13 },
    { ...little, byMost: { ...byMost, moved: 0.26 } },
    { ...little, byMost: { ...byMost, classes: classes(0.06, 0.01).classes } },
    classes(0.06, 0.01),
    classes(0, 0.06),
  ];
  for (const change of large) {
    expect(isUnlike(change)).toBe(true);
    expect(isUnlike({ ...change, chance: 0.002 })).toBe(false);
  }
});

test('a class that is gone is seen in what most models say, where each of them still says it', () => {
  // Every model errs by itself on a third of the images.
  const day = (truths: readonly number[]): SaidOnDay => {
    const said = truths.flatMap((truth, image) => models.map((_, model) => ((image + model) % 3 === 0 ? 2 : truth)));
    const matrix = { images: truths.length, models: 4, classCount: 3, classes: Int16Array.from(said) };
    return { matrix, names: { models, classes } };
  };
  const truths = (owls: number) => Array.from({ length: 300 }, (_, image) => (image < owls ? 2 : image % 2));
  const { classes: said, byMost } = differenceOf(day(truths(60)), day(truths(0)))!;
  const owl = (all: typeof said) => all.find(({ name }) => name === 'owl')!;
  expect(owl(said).now).toBeGreaterThan(0.3);
  expect(owl(byMost.classes).before).toBeGreaterThan(owl(byMost.classes).now + 0.15);
  expect(owl(said).before).toBeLessThan(owl(said).now + 0.15);
});

test('models are told by what they are and classes by their names, whatever their order', () => {
  const chance = chanceFrom(22);
  const [before, now] = [dayOf(chance), dayOf(chance, 60, [0.2, 0.3, 0.5])];
  const { images, classes: said } = now.matrix;
  // A fifth model that the day before did not have, the others backwards, and the classes too.
  const width = 5;
  const turned = Int16Array.from({ length: images * width }, (_, cell) => {
    const column = cell % width;
    return column === 0 ? 0 : 2 - said[Math.floor(cell / width) * 4 + (width - 1 - column)]!;
  });
  const names = { models: ['new', ...models.toReversed()], classes: classes.toReversed() };
  const other = differenceOf(before, { matrix: { images, models: width, classCount: 3, classes: turned }, names })!;
  const same = differenceOf(before, now)!;
  expect(other.chance).toBe(same.chance);
  expect(other.agreement.now).toBeCloseTo(same.agreement.now, 12);
  expect(other.moved).toBeCloseTo(same.moved, 12);
  expect(other.classes).toEqual(same.classes);
  expect(other.byMost.moved).toBeCloseTo(same.byMost.moved, 12);
});

test('days without a model in common, and with too few images, are not compared', () => {
  const chance = chanceFrom(23);
  const [before, now] = [dayOf(chance), dayOf(chance)];
  const strangers = { ...now, names: { models: ['e', 'f', 'g', 'h'], classes } };
  expect(differenceOf(before, strangers)).toBeUndefined();
  expect(differenceOf(before, dayOf(chance, 19))).toBeUndefined();
});
