import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { assess } from '../../src/method/assess.ts';
import { type Click, replay } from '../../src/method/belief.ts';
import { measureAccuracy } from '../../src/method/measured.ts';
import { prepare } from '../../src/method/problem.ts';
import { chanceFrom, sample } from '../../src/simulate/chance.ts';
import { readLabeledData, takeImages } from '../../src/simulate/labeled-data.ts';
import { matrixOf } from './pools.ts';

/** Five models on 300 images of 4 classes; on many of them all agree, and are wrong there more often than their votes say. */
const luck = chanceFrom(11);
const truth = Array.from({ length: 300 }, () => Math.floor(luck() * 4));
const rows = truth.map((one) => {
  if (luck() < 0.4) return new Array<number>(5).fill(luck() < 0.85 ? one : (one + 1) % 4);
  return [0.9, 0.7, 0.6, 0.6, 0.5].map((skill) => (luck() < skill ? one : Math.floor(luck() * 4)));
});
const problem = prepare(matrixOf(rows, 4));
const trueShare = rows.filter((row, image) => row[0] === truth[image]).length / rows.length;
const clicks: Click[] = [...problem.itemImages].slice(0, 40).map((image) => ({ image, class: truth[image]! }));
const belief = replay(problem, clicks);
const assessment = assess(problem, belief);
const unseen = [...sample(300, 300, chanceFrom(5))].filter((image) => !clicks.some((click) => click.image === image));
const looks = (count: number) => unseen.slice(0, count).map((image) => ({ image, class: truth[image]! }));
const measured = (count: number) => measureAccuracy(problem, belief, assessment, 0, looks(count));

test('random images bring what is said of the winner nearer to the truth', () => {
  const errors = [0, 60].map((count) => Math.abs(measured(count).mean - trueShare));
  expect(errors[1]!).toBeLessThan(0.6 * errors[0]!);
  expect(errors[1]!).toBeLessThan(measured(60).halfWidth);
});

test('when every image was looked at, the accuracy is the share that was right', () => {
  const { mean, halfWidth } = measured(unseen.length);
  expect(mean).toBeCloseTo(trueShare, 1);
  expect(halfWidth).toBe(0.02);
});

test('images on which all models agree count: whoever finds them wrong lowers what is said of the winner', () => {
  const agreed = unseen.filter((image) => problem.agreed[image]! >= 0).slice(0, 20);
  const say = (isRight: boolean) =>
    measureAccuracy(
      problem,
      belief,
      assessment,
      0,
      agreed.map((image) => ({ image, class: isRight ? problem.agreed[image]! : (problem.agreed[image]! + 1) % 4 })),
    ).mean;
  expect(say(true) - say(false)).toBeGreaterThan(0.2);
});

/** As `clicks`, with a second person who errs on every third image. */
const slips = clicks.flatMap((click, place) => [
  { ...click, annotator: 'Ada' },
  { ...click, annotator: 'Bo', class: place % 3 === 0 ? (click.class! + 1) % 4 : click.class },
]);

test('a click that contradicts the winner counts for less where people err often', () => {
  const careless = replay(problem, slips);
  const wrong = looks(30).map(({ image }) => ({ image, class: (rows[image]![0]! + 1) % 4 }));
  const trusting = measureAccuracy(problem, belief, assessment, 0, wrong).mean;
  const doubting = measureAccuracy(problem, careless, assess(problem, careless), 0, wrong).mean;
  expect(doubting).toBeGreaterThan(trusting);
});

test('a look is not taken at face value: the more people err, the less it counts, for the winner as against it', () => {
  const said = (by: number) =>
    looks(unseen.length).map((look) => ({ ...look, class: (rows[look.image]![0]! + by) % 4 }));
  const apart = (of: typeof belief) => {
    const [allRight, allWrong] = [0, 1].map(
      (by) => measureAccuracy(problem, of, assess(problem, of), 0, said(by)).mean,
    );
    return allRight! - allWrong!;
  };
  const careless = replay(problem, slips);
  const atFaceValue = unseen.length / rows.length;
  expect(apart(belief)).toBeGreaterThan(0.99 * atFaceValue);
  expect(apart(belief)).toBeLessThan(atFaceValue);
  expect(apart(careless)).toBeLessThan(0.95 * atFaceValue);
});

const folder = '../shared/datasets/emotion_detection';
test.skipIf(!existsSync(folder))('on a recorded set the interval holds the truth after 20 random images', () => {
  const data = readLabeledData(folder);
  const inside = [0, 1, 2, 3].filter((draw) => {
    const images = data.pools[draw]!;
    const matrix = takeImages(data.matrix, images);
    const pool = prepare(matrix);
    const label = (image: number) => data.oracle[images[image]!]!;
    const chosen = [...pool.itemImages].slice(0, 50);
    const known = replay(
      pool,
      chosen.map((image) => ({ image, class: label(image) })),
    );
    const stands = assess(pool, known);
    const drawn = [...sample(matrix.images, matrix.images, chanceFrom(draw))].filter(
      (image) => !chosen.includes(image),
    );
    const said = drawn.slice(0, 20).map((image) => ({ image, class: label(image) }));
    const { leader } = stands;
    const right = [...images.keys()].filter((image) => matrix.classes[image * matrix.models + leader] === label(image));
    const { mean, halfWidth } = measureAccuracy(pool, known, stands, leader, said);
    return Math.abs(mean - right.length / matrix.images) <= halfWidth;
  });
  expect(inside.length).toBeGreaterThanOrEqual(3);
});
