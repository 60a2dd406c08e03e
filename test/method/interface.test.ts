import { describe, expect, test } from 'vitest';
import { assess, confidence, isSettled } from '../../src/method/assess.ts';
import { type Click, learn, prior, replay } from '../../src/method/belief.ts';
import { type MethodOptions, prepare } from '../../src/method/problem.ts';
import { nextImages } from '../../src/method/question.ts';
import { flawless, matrixOf } from './pools.ts';

const rows = [
  [0, 1, 0, 2],
  [1, 1, 1, 1],
  [2, 2, 2, 0],
  [0, 0, 0, 1],
  [1, 2, 1, 2],
  [2, 0, 2, 2],
];
const matrix = matrixOf(rows, 4);

function state(clicks: readonly Click[], options: MethodOptions = {}) {
  const problem = prepare(matrix, options);
  const belief = replay(problem, clicks);
  const assessment = assess(problem, belief);
  return { problem, belief, assessment, next: nextImages(problem, belief, assessment, [], 9) };
}

describe('asking', () => {
  test('images all models agree on are never asked about', () => {
    expect(state([]).next.toSorted()).toEqual([0, 2, 3, 4, 5]);
  });

  test('an answered image is not asked again', () => {
    expect(state([{ image: 3, class: 0, annotator: 'Ada' }]).next).not.toContain(3);
  });

  test('pending images are not asked again, and change what is asked next', () => {
    const { problem, belief, assessment, next } = state([]);
    const rest = nextImages(problem, belief, assessment, next.slice(0, 2), 9);
    expect(rest).toEqual(next.slice(2));
  });

  test('an image somebody cannot tell is not asked again and teaches nothing', () => {
    const { next, assessment } = state([{ image: 3, class: null }]);
    expect(next).not.toContain(3);
    expect(confidence(assessment, 0)).toBe(confidence(state([]).assessment, 0));
  });

  test('when every image is answered and nobody errs there is nothing to ask and the answer is exact', () => {
    const clicks = [0, 2, 3, 4, 5].map((image) => ({ image, class: rows[image]![1]! }));
    const { next, assessment } = state(clicks, { assumptions: flawless, opinions: 1 });
    expect(next).toEqual([]);
    expect(assessment).toMatchObject({ leader: 1, isFinal: true, tiedWithLeader: [] });
    expect(confidence(assessment, 0)).toBe(1);
  });

  test('an image may be asked as often as opinions are allowed, once two people label', () => {
    const options = { opinions: 2 };
    const once: Click[] = [{ image: 3, class: 1, annotator: 'Ada' }];
    expect(state(once, options).next).not.toContain(3);
    const two = [...once, { image: 0, class: 0, annotator: 'Bo' }];
    expect(state(two, options).next).toContain(3);
    expect(state([...two, { image: 3, class: 0, annotator: 'Bo' }], options).next).not.toContain(3);
  });
});

describe('learning', () => {
  test('the belief it starts from stays as it was', () => {
    const problem = prepare(matrix);
    const before = prior(problem);
    learn(problem, before, { image: 0, class: 0 });
    expect(before).toEqual(prior(problem));
  });

  test('undo by replay gives the very belief without the click', () => {
    const kept: Click[] = [
      { image: 0, class: 0 },
      { image: 5, class: 3 },
    ];
    const log = [kept[0]!, { image: 4, class: 2 }, kept[1]!];
    expect(state(log).belief).not.toEqual(state(kept).belief);
    expect(state(log.toSpliced(1, 1)).belief).toEqual(state(kept).belief);
  });

  test('a click where all models agree changes nothing', () => {
    expect(state([{ image: 1, class: 0 }]).belief).toEqual(state([]).belief);
  });

  test('an answer no model gave counts for no model', () => {
    const right = (clicks: readonly Click[]) =>
      state(clicks, { assumptions: flawless }).assessment.labelProbabilities.slice(0, 4);
    expect(right([{ image: 0, class: 3 }])[3]).toBeCloseTo(1, 12);
  });

  test('where all classes are taken, a new one needs a larger label set and then counts for no model', () => {
    const binary = matrixOf(
      [
        [0, 1],
        [1, 0],
      ],
      2,
    );
    expect(() => learn(prepare(binary), prior(prepare(binary)), { image: 0, class: 2 })).toThrow(
      'Class 2 is not one of the 2: prepare with a larger classCount.',
    );
    const problem = prepare({ ...binary, classCount: 3 }, { assumptions: flawless });
    const assessment = assess(problem, replay(problem, [{ image: 0, class: 2 }]));
    expect(assessment.labelProbabilities[2]).toBeCloseTo(1, 12);
  });

  test('a second opinion that agrees makes an image surer, one that disagrees less sure', () => {
    const options = { opinions: 3 };
    const shareOfFirst = (...classes: number[]) =>
      state(
        classes.map((one) => ({ image: 3, class: one })),
        options,
      ).assessment.labelProbabilities[state([], options).problem.rowStart[2]!]!;
    expect(shareOfFirst(0, 0)).toBeGreaterThan(shareOfFirst(0));
    expect(shareOfFirst(0, 1)).toBeLessThan(shareOfFirst(0));
  });
});

describe('pools of every kind', () => {
  test('a duplicate is tied with its twin and never counted against it', () => {
    const clicks = [0, 2, 3, 4, 5].map((image) => ({ image, class: rows[image]![0]! }));
    const { assessment } = state(clicks, { assumptions: flawless });
    expect(assessment).toMatchObject({ leader: 0, tiedWithLeader: [2], isFinal: true });
  });

  test('models that end with equally many right are tied', () => {
    const problem = prepare(
      matrixOf(
        [
          [0, 1],
          [0, 1],
        ],
        2,
      ),
      { assumptions: flawless },
    );
    const belief = replay(problem, [
      { image: 0, class: 0 },
      { image: 1, class: 1 },
    ]);
    expect(assess(problem, belief)).toMatchObject({ leader: 0, tiedWithLeader: [1], isFinal: true });
  });

  test('two models: each question decides between them', () => {
    const problem = prepare(
      matrixOf(
        [
          [0, 1],
          [1, 0],
          [0, 1],
        ],
        2,
      ),
    );
    const belief = replay(
      problem,
      [0, 1].map((image) => ({ image, class: image, annotator: 'Ada' })),
    );
    const assessment = assess(problem, belief);
    expect(assessment).toMatchObject({ leader: 0, runnerUp: 1, isFinal: false });
    expect(nextImages(problem, belief, assessment)).toEqual([2]);
  });

  test('a model without a prediction is never right there', () => {
    const problem = prepare(
      matrixOf(
        [
          [0, -1],
          [-1, 1],
          [1, 1],
        ],
        2,
      ),
      { assumptions: flawless },
    );
    const belief = replay(problem, [
      { image: 0, class: 0 },
      { image: 1, class: 0 },
    ]);
    const assessment = assess(problem, belief);
    expect([...assessment.expectedRight]).toEqual([1, 0]);
    expect(assessment).toMatchObject({ leader: 0, tiedWithLeader: [], isFinal: true });
  });

  test('impossible pools and options are refused with the reason', () => {
    expect(() => prepare(matrixOf([[0, 5]], 4))).toThrow('Class 5 at image 0, model 1 is not one of the 4 classes.');
    expect(() => prepare({ ...matrix, models: 3 })).toThrow('6 images x 3 models need 18 classes; got 24.');
    expect(() => prepare({ ...matrix, images: 0 })).toThrow('A pool needs images and models; got 0 x 4.');
    expect(() => prepare(matrix, { opinions: 0 })).toThrow('opinions is 0');
  });
});

test('a confidence is believed when it held for five answers in a row', () => {
  expect(isSettled([0.96, 0.96, 0.96, 0.96], 0.95)).toBe(false);
  expect(isSettled([0.9, 0.95, 0.96, 0.97, 0.98, 0.99], 0.95)).toBe(true);
  expect(isSettled([0.96, 0.96, 0.94, 0.96, 0.96], 0.95)).toBe(false);
});
