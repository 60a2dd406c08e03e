import { describe, expect, test } from 'vitest';
import { chanceFrom, sample } from '../../src/simulate/chance.ts';
import { coda, codaBelief } from '../../src/simulate/coda/coda.ts';
import { bestOnClass } from '../../src/simulate/coda/recalls.ts';
import { takeImages } from '../../src/simulate/labeled-data.ts';
import type { Setting } from '../../src/simulate/strategy.ts';

/** What five models say of 22 images, one image a word, one model a digit; and the true classes. */
const said =
  '20021 22102 10200 22020 11120 10222 11121 00012 22200 02101 10001 20011 21111 11011 00010 00111 00000 01001 02210 11102 22222 00021';
const oracle = [...'2202111020011100002120'].map(Number);
const matrix = matrixOf(said.split(' ').map((word) => [...word].map(Number)));

function matrixOf(rows: readonly (readonly number[])[], classCount = 3): Setting['matrix'] {
  return { images: rows.length, models: rows[0]!.length, classCount, classes: Int16Array.from(rows.flat()) };
}

function play(setting: Partial<Setting> = {}, labels = Number.POSITIVE_INFINITY): number[] {
  const strategy = coda({ matrix, opinions: 1, epsilon: 0.46, seed: 0, ...setting });
  const asked: number[] = [];
  for (let image = strategy.next(); image !== undefined && asked.length < labels; image = strategy.next()) {
    asked.push(image);
    strategy.learn(image, oracle[image]!, 'Ada');
  }
  return asked;
}

/** `values[place]` of what was computed from the rearranged, put back: `back[order[place]]`. */
function putBack(values: Float64Array, order: ArrayLike<number>): number[] {
  const back = new Array<number>(values.length).fill(0);
  for (const [place, value] of values.entries()) back[order[place]!] = value;
  return back;
}

function expectClose(values: ArrayLike<number>, expected: readonly number[], digits = 12) {
  expect(values.length).toBe(expected.length);
  for (const [index, value] of expected.entries()) expect(values[index], `at ${index}`).toBeCloseTo(value, digits);
}

/**
 * Numbers of the authors' own code on this matrix, one-hot: github.com/justinkay/coda at f240a4c, defaults, with torch
 * 2.15 in double precision (its usual single precision gives the same to six digits).
 */
const published = {
  best: [0.20284993368275156, 0.2085233025594816, 0.20445158667871516, 0.19133027994759638, 0.19284489713145536],
  bestAfterEight: [
    0.20431189478526365, 0.2088959415450318, 0.20267668383090323, 0.1918454769149366, 0.19227000292386476,
  ],
  // Images 16 and 20 are unanimous: no candidates.
  gains: new Map([
    [0, 0.0358300560635878],
    [1, 0.031232065021422617],
    [6, 0.014670101143972492],
    [11, 0.036388110834027376],
    [18, 0.03586297698374352],
    [21, 0.030971412873713966],
  ]),
  gainsAfterEight: new Map([
    [3, 0.02243016227458794],
    [10, 0.023193676650005823],
    [21, 0.030889958470375234],
  ]),
  asked: [11, 9, 18, 0, 5, 2, 1, 19, 21, 4, 7, 15, 17, 10, 3, 8, 13, 14, 12, 6, 20, 16],
};

describe('CODA', () => {
  test('believes before any label what its authors’ code believes', () => {
    const belief = codaBelief(matrix);
    expectClose(belief.best(), published.best);
    for (const [image, gain] of published.gains) expect(belief.gains()[image]).toBeCloseTo(gain, 12);
  });

  test('and after eight labels', () => {
    const belief = codaBelief(matrix);
    for (const image of published.asked.slice(0, 8)) belief.learn(image, oracle[image]!);
    expectClose(belief.best(), published.bestAfterEight);
    for (const [image, gain] of published.gainsAfterEight) expect(belief.gains()[image]).toBeCloseTo(gain, 12);
  });

  test('asks what its authors’ code asks, to the end: what all models agree on comes last', () => {
    expect(play()).toEqual(published.asked);
  });

  test('names the model it believes in, at the chance it gives it', () => {
    const strategy = coda({ matrix, opinions: 1, epsilon: 0.46, seed: 0 });
    expect(strategy.leader()).toBe(1);
    expect(strategy.confidence(0)).toBeCloseTo(published.best[1]!, 12);
    expect(strategy.confidence(0.01)).toBeUndefined();
  });

  test('chooses among equal images by luck, which the seed fixes', () => {
    const twins = matrixOf(Array.from({ length: 8 }, () => [0, 1, 1]));
    const firsts = Array.from({ length: 20 }, (_, seed) => play({ matrix: twins, seed }, 1)[0]);
    expect(new Set(firsts).size).toBeGreaterThan(3);
    expect(Array.from({ length: 20 }, (_, seed) => play({ matrix: twins, seed }, 1)[0])).toEqual(firsts);
  });

  test('the chances of being best sum to 1', () => {
    const belief = codaBelief(matrix);
    for (const [image, label] of oracle.entries()) {
      expect(belief.best().reduce((sum, chance) => sum + chance)).toBeCloseTo(1, 12);
      belief.learn(image, label);
    }
  });

  test('the order of images and models makes no difference', () => {
    const images = sample(matrix.images, matrix.images, chanceFrom(1));
    const models = sample(matrix.models, matrix.models, chanceFrom(2));
    const one = codaBelief(matrix);
    const shuffled = takeImages(matrix, images);
    const other = codaBelief({
      ...shuffled,
      classes: shuffled.classes.map((_, at) => {
        const image = at - (at % matrix.models);
        return shuffled.classes[image + models[at % matrix.models]!]!;
      }),
    });
    expectClose(putBack(other.gains(), images), [...one.gains()]);
    expectClose(putBack(other.best(), models), [...one.best()]);
    one.learn(images[3]!, 2);
    other.learn(3, 2);
    expectClose(putBack(other.best(), models), [...one.best()]);
  });
});

describe('the best of recalls', () => {
  test('is the better of two as often as the integral says', () => {
    // Beta(2, 1) is above a uniform number as often as its mean, 2/3.
    const { now, afterLabel } = bestOnClass(Float64Array.of(2, 1), Float64Array.of(1, 1));
    expectClose(now, [2 / 3, 1 / 3], 4);
    // Beta(2, 2) is above Beta(2, 1) as often as the mean of its square, 3/10.
    expectClose(afterLabel(Uint8Array.of(0, 1)), [3 / 10, 7 / 10], 4);
    expectClose(bestOnClass(Float64Array.of(2, 2), Float64Array.of(2, 1)).now, [3 / 10, 7 / 10], 4);
  });

  test('is a matter of luck among equals', () => {
    const { now, afterLabel } = bestOnClass(new Float64Array(120).fill(2.2), new Float64Array(120).fill(2));
    expectClose(now, new Array(120).fill(1 / 120));
    expectClose(afterLabel(new Uint8Array(120).fill(1)), new Array(120).fill(1 / 120));
  });
});
