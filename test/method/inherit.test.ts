import { describe, expect, test } from 'vitest';
import { assess, confidence } from '../../src/method/assess.ts';
import { type Click, prior, replay } from '../../src/method/belief.ts';
import { INHERITANCE } from '../../src/method/constants.ts';
import { inherit } from '../../src/method/inherit.ts';
import { WEIGHTS } from '../../src/method/layout.ts';
import { errorRate, randomnessOf } from '../../src/method/people.ts';
import { prepare } from '../../src/method/problem.ts';
import { chanceFrom } from '../../src/simulate/chance.ts';
import { matrixOf } from './pools.ts';

/** A day of 300 images on which models have these skills. */
function dayOf(seed: number, skills: readonly number[]) {
  const luck = chanceFrom(seed);
  const truth = Array.from({ length: 300 }, () => Math.floor(luck() * 4));
  const rows = truth.map((one) => skills.map((skill) => (luck() < skill ? one : Math.floor(luck() * 4))));
  const problem = prepare(matrixOf(rows, 4));
  const labels = (count: number): Click[] =>
    [...problem.itemImages].slice(0, count).map((image) => ({ image, class: truth[image]! }));
  return { problem, labels };
}

const skills = [0.55, 0.9, 0.6, 0.65, 0.5];
/** How far apart two beliefs are. */
const distance = (a: Float64Array, b: Float64Array) => Math.hypot(...a.map((value, place) => value - b[place]!));

const names = { models: ['a', 'b', 'c', 'd', 'e'], classes: ['w', 'x', 'y', 'z'] };
const monday = dayOf(1, skills);
const { share } = INHERITANCE;
const yesterday = { problem: monday.problem, names, belief: replay(monday.problem, monday.labels(80)), share };

describe('what yesterday’s labels taught', () => {
  const today = dayOf(2, skills);

  test('is a start: after the same few labels today is surer than from nothing, and of the same model', () => {
    const inherited = inherit(today.problem, names, yesterday);
    const few = today.labels(10);
    const helped = assess(today.problem, replay(today.problem, few, inherited));
    const alone = assess(today.problem, replay(today.problem, few));
    expect(helped.leader).toBe(1);
    expect(confidence(helped, 0.005)).toBeGreaterThan(confidence(alone, 0.005));
  });

  test('follows models by what they are and classes by name, wherever they stand', () => {
    const order = [3, 1, 4, 0, 2];
    const luck = chanceFrom(2);
    const truth = Array.from({ length: 300 }, () => Math.floor(luck() * 4));
    const rows = truth.map((one) => skills.map((skill) => (luck() < skill ? one : Math.floor(luck() * 4))));
    const turned = prepare(
      matrixOf(
        rows.map((row) => order.map((model) => 3 - row[model]!)),
        4,
      ),
    );
    const renamed = { models: order.map((model) => names.models[model]!), classes: ['z', 'y', 'x', 'w'] };
    const straight = inherit(today.problem, names, yesterday).weights[0]!.weights;
    const aside = inherit(turned, renamed, yesterday).weights[0]!.weights;
    for (const [place, model] of order.entries())
      expect(aside.mean[WEIGHTS + place]).toBeCloseTo(straight.mean[WEIGHTS + model]!, 9);
    const { classTerms } = today.problem.layout;
    for (let index = 0; index < 4; index++)
      expect(aside.mean[classTerms + index]).toBeCloseTo(straight.mean[classTerms + 3 - index]!, 9);
  });

  test('says nothing of a changed file: it starts as an average model, as unknown as before any label', () => {
    const changed = { ...names, models: ['a', 'new b', 'c', 'd', 'e'] };
    const { mean, covariance } = inherit(today.problem, changed, yesterday).weights[0]!.weights;
    const others = [0, 2, 3, 4].map((model) => mean[WEIGHTS + model]!);
    expect(mean[WEIGHTS + 1]).toBeCloseTo(others.reduce((sum, one) => sum + one) / 4, 12);
    const size = mean.length;
    expect(covariance[(WEIGHTS + 1) * (size + 1)]).toBeCloseTo(4 / 5, 12);
    expect(covariance[WEIGHTS * (size + 1)]).toBeLessThan(4 / 5);
  });

  test('counts for nothing where no model is known', () => {
    const strangers = { ...names, models: ['v', 'w', 'x', 'y', 'z'] };
    const inherited = inherit(today.problem, strangers, { ...yesterday, names: { ...names, classes: [] } });
    expect(inherited.weights[0]!.weights.mean.subarray(WEIGHTS).every((value) => value === 0)).toBe(true);
  });

  test('is a share of yesterday’s evidence, so that with all of it nothing is lost and with none nothing gained', () => {
    const same = inherit(monday.problem, names, yesterday);
    const { share: _, ...ofEarlierVersion } = yesterday;
    const size = yesterday.belief.weights.mean.length;
    const nothing = prior(monday.problem).weights.covariance;
    const [before, after] = [nothing, yesterday.belief.weights.covariance].map((one) => one[WEIGHTS * (size + 1)]!);
    const [taken, takenThen] = [same, inherit(monday.problem, names, ofEarlierVersion)].map(
      ({ weights }) => weights[0]!.weights.covariance[WEIGHTS * (size + 1)]!,
    );
    expect(takenThen).toBeLessThan(before!);
    // A round of an earlier version goes on counting less of it, to the same bits.
    expect(taken).toBeLessThan(takenThen!);
    expect(taken).toBeGreaterThan(after!);
    expect(same.weights.at(-1)!.weights.mean).toEqual(prior(monday.problem).weights.mean);
  });
});

test('a sudden change is found out within a handful of labels, and yesterday given up', () => {
  const changed = dayOf(3, [0.9, 0.2, 0.7, 0.6, 0.5]);
  const inherited = inherit(changed.problem, names, yesterday);
  const belief = replay(changed.problem, changed.labels(15), inherited);
  const alone = replay(changed.problem, changed.labels(15));
  expect(distance(belief.weights.mean, alone.weights.mean)).toBeLessThan(0.1);
  const steady = dayOf(4, skills);
  const kept = replay(steady.problem, steady.labels(15), inherit(steady.problem, names, yesterday));
  const fromNothing = replay(steady.problem, steady.labels(15));
  expect(distance(kept.weights.mean, fromNothing.weights.mean)).toBeGreaterThan(0.5);
});

test('a yesterday that foretells far worse than no yesterday is dropped, and costs no more time', () => {
  const [good, poor] = [0.95, 0.2];
  const before = dayOf(1, [good, good, poor, poor, poor]);
  const turned = dayOf(3, [poor, poor, good, good, poor]);
  const belief = replay(before.problem, before.labels(80));
  const inherited = inherit(turned.problem, names, { ...yesterday, problem: before.problem, belief });
  const rivalsAfter = (labels: number) => replay(turned.problem, turned.labels(labels), inherited).rivals.length;
  expect([rivalsAfter(1), rivalsAfter(60)]).toEqual([2, 1]);
});

test('how people erred yesterday is remembered, by a share', () => {
  const careless = monday.labels(40).flatMap((click, place) => [
    { ...click, annotator: 'Ada' },
    { ...click, annotator: 'Bo', class: place % 3 === 0 ? (click.class! + 1) % 4 : click.class },
  ]);
  const belief = replay(monday.problem, careless);
  const { problem } = dayOf(5, skills);
  const today = prior(problem, inherit(problem, names, { problem: monday.problem, names, belief }));
  const usual = errorRate(problem, prior(problem)).mean;
  expect(errorRate(problem, today).mean).toBeGreaterThan(usual);
  expect(errorRate(problem, today).mean).toBeLessThan(errorRate(monday.problem, belief).mean);
});

describe('what yesterday taught of each person', () => {
  const today = dayOf(7, skills);
  /** Answers by a person: sensible ones, or any class at all. */
  const answersOf = (day: ReturnType<typeof dayOf>, count: number, annotator: string, isRandom: boolean): Click[] => {
    const luck = chanceFrom(9);
    return day.labels(count).map((click) => ({
      ...click,
      annotator,
      class: isRandom ? Math.floor(luck() * 4) : click.class,
    }));
  };
  const afterwards = (isRandom: boolean, persons = true) => {
    const clicks = [...answersOf(monday, 60, 'Ada', false), ...answersOf(monday, 60, 'Cy', isRandom)];
    const belief = replay(monday.problem, clicks);
    return inherit(today.problem, names, { problem: monday.problem, names, belief, persons });
  };
  const randomness = (belief: ReturnType<typeof replay>) => randomnessOf(today.problem, belief.people, 'Cy');
  /** Clicks until the belief changes its mind about Cy. */
  const clicksUntil = (inherited: ReturnType<typeof afterwards> | undefined, isRandom: boolean): number => {
    const clicks = answersOf(today, 60, 'Cy', isRandom);
    const changed = clicks.findIndex((_, at) => {
      const chance = randomness(replay(today.problem, clicks.slice(0, at + 1), inherited));
      return isRandom ? chance > 0.5 : chance < 0.5;
    });
    return changed + 1;
  };

  test('whoever clicked at random is not learned from at first, and heard again after a handful of sensible clicks', () => {
    expect(randomness(prior(today.problem, afterwards(true)))).toBeGreaterThan(0.5);
    expect(clicksUntil(afterwards(true), false)).toBeLessThanOrEqual(5);
  });

  test('whoever was careful is found out at random clicks hardly later than a stranger', () => {
    const stranger = clicksUntil(undefined, true);
    expect(stranger).toBeGreaterThan(0);
    expect(clicksUntil(afterwards(false), true)).toBeLessThanOrEqual(stranger + 4);
  });

  test('rounds of earlier versions took over nothing of it', () => {
    expect(afterwards(true, false).odds.size).toBe(0);
  });
});

test('the same log gives the same bits, click by click or at once', () => {
  const today = dayOf(6, skills);
  const inherited = inherit(today.problem, names, yesterday);
  const clicks = today.labels(12);
  const atOnce = replay(today.problem, clicks, inherited);
  const again = replay(today.problem, clicks, inherit(today.problem, names, yesterday));
  expect(again.weights).toEqual(atOnce.weights);
});
