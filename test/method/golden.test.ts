import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Assessment, assess, confidence } from '../../src/method/assess.ts';
import { type Belief, learn, prior } from '../../src/method/belief.ts';
import { ASSUMPTIONS, type Assumptions } from '../../src/method/constants.ts';
import { expectAnswer } from '../../src/method/laplace.ts';
import type { PredictionMatrix } from '../../src/method/predictions.ts';
import { type Problem, prepare } from '../../src/method/problem.ts';
import { nextImages, scoreQuestions } from '../../src/method/question.ts';

/** A state of the prototype just before its question; model and image indices are original ones. */
type State = {
  leader: number;
  expectedCorrect: number[];
  contenders: number[];
  delta: number[];
  aleatoric: number[];
  epistemic: number[];
  confidence: number;
  confidenceTol: Record<string, number>;
  x: number[];
  SigmaDiag: number[];
  probs: Record<string, number[]>;
  pending?: number[];
  scores: Record<string, number>;
  next: number;
  label?: number;
};
type Case = {
  name: string;
  predictions: number[][];
  classes: number;
  settings: { nu?: number; reask?: number };
  kept?: number[];
  group?: number[];
  items?: number[];
  slotsClasses?: number[][];
  trace: State[];
};

const file = new URL('../../../shared/golden.json', import.meta.url);
const isThere = existsSync(file);
const cases: Case[] = isThere ? JSON.parse(readFileSync(file, 'utf8')) : [];
const played = cases.filter(({ trace }) => trace[0]?.x);
const settled = cases.filter(({ trace }) => trace.length === 0);

describe.skipIf(!isThere)('the prototype’s numbers come out (needs ../shared/golden.json)', () => {
  test('all eight cases are covered', () => {
    expect([played.length, settled.length, cases.length]).toEqual([5, 2, 8]);
  });

  test.each(played)('$name: every recorded number of every state, to a millionth', (golden) => {
    const problem = problemOf(golden);
    expect([...problem.kept]).toEqual(golden.kept);
    expect([...problem.group]).toEqual(golden.group);
    expect([...problem.itemImages]).toEqual(golden.items);
    expect(candidateClasses(problem)).toEqual(golden.slotsClasses);
    let belief = prior(problem);
    for (const state of golden.trace) {
      const assessment = assess(problem, belief);
      expectState(problem, belief, assessment, state);
      expect(nextImages(problem, belief, assessment)).toEqual([state.next]);
      if (state.label !== undefined) belief = learn(problem, belief, { image: state.next, class: state.label });
    }
  });

  test('batch-of-3: each question is chosen with the earlier ones pending', () => {
    const golden = cases.find(({ name }) => name === 'batch-of-3')!;
    const problem = problemOf(golden);
    const belief = prior(problem);
    const assessment = assess(problem, belief);
    const { mean, covariance } = belief.weights;
    for (const { pending = [], scores, next } of golden.trace) {
      const expected = covariance.slice();
      for (const image of pending) expectAnswer(problem, problem.itemOfImage[image]!, 0, mean, expected);
      const out = new Set(pending.map((image) => problem.itemOfImage[image]!));
      expectClose(byImage(problem, scoreQuestions(problem, belief, assessment, expected, out)), scores);
      expect(nextImages(problem, belief, assessment, pending)).toEqual([next]);
    }
    expect(nextImages(problem, belief, assessment, [], 3)).toEqual(golden.trace.map(({ next }) => next));
  });

  test.each(settled)('$name: nothing to ask, everybody tied, certain', (golden) => {
    const problem = problemOf(golden);
    const belief = prior(problem);
    const assessment = assess(problem, belief);
    expect(assessment.isFinal).toBe(true);
    expect(confidence(assessment, 0)).toBe(1);
    expect([assessment.leader, ...assessment.tiedWithLeader]).toEqual(golden.predictions[0]!.map((_, model) => model));
    expect(nextImages(problem, belief, assessment)).toEqual([]);
  });
});

/** What the prototype took for granted. */
function prototype(rate: number): Assumptions {
  return {
    ...ASSUMPTIONS,
    lapse: 0.02,
    wrongClicks: 'anywhere',
    pairTerms: false,
    learnsOnce: false,
    scenarios: [{ rate, prior: 1 }],
    alike: 0,
    dispersion: 2,
    answeredDispersion: 2,
    lean: { ...ASSUMPTIONS.lean, cluster: 0 },
    looks: { least: 0, leastOnceContradicted: 0, share: 0 },
    randomPerson: 0,
  };
}

function problemOf({ predictions, classes, settings }: Case): Problem {
  const matrix: PredictionMatrix = {
    images: predictions.length,
    models: predictions[0]!.length,
    classCount: classes,
    classes: Int16Array.from(predictions.flat()),
  };
  return prepare(matrix, {
    opinions: 1 + (settings.reask ?? 0),
    assumptions: prototype(settings.nu ?? 0),
  });
}

function expectState(problem: Problem, belief: Belief, assessment: Assessment, state: State): void {
  const { rivals, labelProbabilities } = assessment;
  expect(assessment.leader).toBe(state.leader);
  expectClose(assessment.expectedRight, state.expectedCorrect);
  expect(rivals.map(({ model }) => problem.kept[model])).toEqual(state.contenders);
  expectClose(
    rivals.map(({ gap }) => gap),
    state.delta,
  );
  expectClose(
    rivals.map(({ aleatoric }) => aleatoric),
    state.aleatoric,
  );
  expectClose(
    rivals.map(({ epistemic }) => epistemic),
    state.epistemic,
  );
  expect(confidence(assessment, 0)).toBeCloseTo(state.confidence, 6);
  for (const [tolerance, value] of Object.entries(state.confidenceTol)) {
    expect(confidence(assessment, Number(tolerance))).toBeCloseTo(value, 6);
  }
  const { mean, covariance } = belief.weights;
  expectClose(mean, state.x);
  expectClose(
    mean.map((_, index) => covariance[index * (mean.length + 1)]!),
    state.SigmaDiag,
  );
  for (const [image, probabilities] of Object.entries(state.probs)) {
    const item = problem.itemOfImage[Number(image)]!;
    expectClose(labelProbabilities.slice(problem.rowStart[item], problem.rowStart[item + 1]), probabilities);
  }
  const scores = scoreQuestions(problem, belief, assessment, covariance, new Set());
  expectClose(byImage(problem, scores), state.scores);
}

function candidateClasses({ slotClasses, rowStart, candidates }: Problem): number[][] {
  return Array.from(candidates, (count, item) => [...slotClasses.slice(rowStart[item]!, rowStart[item]! + count)]);
}

function byImage({ itemImages }: Problem, scores: ReadonlyMap<number, number>): Record<string, number> {
  return Object.fromEntries([...scores].map(([item, score]) => [itemImages[item]!, score]));
}

function expectClose(
  actual: ArrayLike<number> | Record<string, number>,
  expected: readonly number[] | Record<string, number>,
): void {
  const found = Object.entries(actual);
  expect(found.map(([key]) => key)).toEqual(Object.keys(expected));
  for (const [key, value] of found) {
    expect(Math.abs(value - (expected as Record<string, number>)[key]!), `at ${key}`).toBeLessThan(1e-6);
  }
}
