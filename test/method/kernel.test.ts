import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assess } from '../../src/method/assess.ts';
import { ballotOf } from '../../src/method/ballot.ts';
import { type Belief, prior, replay } from '../../src/method/belief.ts';
import { ASSUMPTIONS } from '../../src/method/constants.ts';
import { hardnessOf } from '../../src/method/hardness.ts';
import { hasTerms, isForKernel } from '../../src/method/kernel.ts';
import { kernelPasses, type Passes, passesOf, plainPasses, termPasses } from '../../src/method/passes.ts';
import { type Problem, prepare } from '../../src/method/problem.ts';
import { nextImages } from '../../src/method/question.ts';
import { chanceFrom } from '../../src/simulate/chance.ts';
import { kernelBytes, kernels } from './kernel-bytes.ts';
import { matrixOf } from './pools.ts';

/** Pools with and without terms by class, missing votes, many models and few. */
function anyPoolOf(models: fc.Arbitrary<number>, classCount: fc.Arbitrary<number>) {
  return fc
    .record({
      images: fc.integer({ min: 1, max: 40 }),
      models,
      classCount,
      variety: fc.integer({ min: 2, max: 20 }),
      hasMissing: fc.boolean(),
      seed: fc.nat(),
      scenarios: fc.constantFrom(1, 3, 8),
      clicks: fc.array(fc.record({ image: fc.nat(39), class: fc.nat(19) }), { maxLength: 4 }),
    })
    .map(({ images, models, classCount, variety, hasMissing, seed, scenarios, clicks }) => {
      // Of two draws the lower: so that most models agree, as models do.
      const chance = chanceFrom(seed);
      const vote = () => Math.floor(Math.min(chance(), chance()) * Math.min(variety, classCount));
      const row = () => Array.from({ length: models }, () => (hasMissing ? vote() - 1 : vote()));
      const matrix = matrixOf(Array.from({ length: images }, row), classCount);
      // As after many clicks, when few ways in which people may err are still thought of.
      const likely = ASSUMPTIONS.scenarios.slice(0, scenarios).map(({ rate }) => ({ rate, prior: 1 / scenarios }));
      const problem = prepare(matrix, { assumptions: { ...ASSUMPTIONS, scenarios: likely } });
      const possible = clicks.filter((click) => click.image < images && click.class < classCount);
      return { problem, belief: replay(problem, possible) };
    })
    .filter(({ problem }) => problem.itemImages.length > 0);
}

/** Pools that have no terms by pair or by model and class; few images leave few distinct models. */
const anyLargePool = anyPoolOf(fc.integer({ min: 13, max: 40 }), fc.constantFrom(20, 64, 65, 1000)).filter(
  ({ problem }) => isForKernel(problem) && !hasTerms(problem),
);

/** Pools that have such terms: by pair up to 12 models, by model and class up to 250 of these. */
const anySmallPool = anyPoolOf(fc.integer({ min: 2, max: 60 }), fc.constantFrom(2, 3, 6, 20, 70, 125)).filter(
  ({ problem }) => hasTerms(problem),
);

/** Everything the passes give in one step, end to end. */
function numbersOf(passes: Passes, problem: Problem, belief: Belief): number[] {
  const votes = passes.votesOf(problem, belief.weights.mean);
  const { labelProbabilities, labels, leader } = assess(problem, belief);
  const hardness = hardnessOf(problem, belief, labelProbabilities);
  const [first, models] = [problem.group[leader]!, [...problem.kept.keys()]];
  const { variances, errors, apart } = passes.gapVariances(problem, labelProbabilities, hardness, first, models);
  const gradients = passes.gapGradients(problem, labelProbabilities, first, models.slice(0, 8));
  const right = passes.sumByModel(problem, labelProbabilities);
  const { variances: answered, shifts, width } = passes.answeredGaps(problem, labels, first, models);
  const scenarios = labels.scenarios.flatMap((_, one) => models.map((_, rank) => shifts[rank * width + one]!));
  const items = Int32Array.from(problem.itemImages.keys()).filter((item) => item % 2 === 0);
  const stakes = models.slice(0, 6).map((model, rank) => ({
    model,
    worth: 1 / (rank + 1),
    ballot: ballotOf(problem, gradients[rank]!),
    errorGain: rank,
  }));
  const promises = passes.promisesOf(problem, labelProbabilities, first, stakes);
  const scoresOf = (count: number) =>
    passes.scoresOf(problem, labelProbabilities, items, first, stakes.slice(0, count), 0.03);
  const rivals = [variances, errors, apart, answered, scenarios, right, ...gradients];
  return [votes, ...rivals, promises, scoresOf(6), scoresOf(2)].flatMap((values) => [...values]);
}

test('in WebAssembly every number is that of the TypeScript, to a billionth, and the same bits every time', () => {
  fc.assert(
    fc.property(anyLargePool, ({ problem, belief }) => {
      const plain = numbersOf(plainPasses, problem, belief);
      const fast = numbersOf(kernelPasses, problem, belief);
      expect(fast.length).toBe(plain.length);
      const apart = fast.map((value, place) => Math.abs(value - plain[place]!) / Math.max(1, Math.abs(plain[place]!)));
      const furthest = apart.reduce((most, one) => Math.max(most, one), 0);
      expect(furthest).toBeLessThan(1e-9);
      expect(numbersOf(kernelPasses, problem, belief)).toEqual(fast);
    }),
    { numRuns: 200 },
  );
});

test('where there are terms by model and class or by pair it has the bits of the TypeScript, but for the scores', () => {
  fc.assert(
    fc.property(anySmallPool, ({ problem, belief }) => {
      expect(passesOf(problem)).toBe(termPasses);
      const plain = numbersOf(plainPasses, problem, belief);
      const fast = numbersOf(termPasses, problem, belief);
      const scores = 2 * Math.ceil(problem.itemImages.length / 2);
      expect(fast.slice(0, -scores)).toEqual(plain.slice(0, -scores));
      for (const [place, score] of fast.slice(-scores).entries()) {
        const meant = plain.at(place - scores)!;
        expect(Math.abs(score - meant)).toBeLessThan(1e-9 * Math.max(1, meant));
      }
    }),
    { numRuns: 200 },
  );
});

test('an assessment that is used at once says what one that lasts says, whatever is asked of it first', () => {
  const said = (problem: Problem, belief: Belief, isBrief: boolean) => {
    const { labels: _, accuracySd, ...one } = assess(problem, belief, isBrief);
    const next = nextImages(problem, belief, { ...one, labels: _, accuracySd }, [], 3);
    return structuredClone({ ...one, accuracySd, next });
  };
  fc.assert(
    fc.property(anyLargePool, ({ problem, belief }) => {
      expect(said(problem, belief, true)).toEqual(said(problem, belief, false));
    }),
    { numRuns: 50 },
  );
});

test('two problems that take turns do not see each other’s votes', () => {
  const [one, other] = [20, 30].map((models) => {
    const row = (image: number) => Array.from({ length: models }, (_, model) => (image * model) % 3);
    return prepare(
      matrixOf(
        Array.from({ length: models }, (_, image) => row(image)),
        100,
      ),
    );
  }) as [Problem, Problem];
  const alone = numbersOf(kernelPasses, one, prior(one));
  numbersOf(kernelPasses, other, prior(other));
  expect(numbersOf(kernelPasses, one, prior(one))).toEqual(alone);
});

test('every kernel that runs is that of its source', async () => {
  for (const kernel of kernels) {
    const committed = await readFile(kernel.bytes, 'utf8');
    expect(committed, 'run: npm exec -- node scripts/build-kernel.ts').toBe(await kernelBytes(kernel));
  }
});
