import { describe, expect, test } from 'vitest';
import { annotatorOf } from '../../src/simulate/annotator.ts';
import { chanceFrom, sample } from '../../src/simulate/chance.ts';
import { tryOutTogether } from '../../src/simulate/crew/crew.ts';
import { tryOut } from '../../src/simulate/experiment.ts';
import type { LabeledData } from '../../src/simulate/labeled-data.ts';
import { measure } from '../../src/simulate/measures.ts';
import { parseOptions } from '../../src/simulate/options.ts';
import { type Played, play } from '../../src/simulate/play.ts';
import { strategies } from '../../src/simulate/strategies.ts';

/** Five models, right nine to five times in ten, wrong towards the same class. */
const data: LabeledData = (() => {
  const [images, models, classCount] = [400, 5, 3];
  const chance = chanceFrom(7);
  const oracle = Int16Array.from({ length: images }, () => Math.floor(chance() * classCount));
  const classes = Int16Array.from({ length: images * models }, (_, place) => {
    const truth = oracle[Math.floor(place / models)]!;
    return chance() < 0.9 - 0.1 * (place % models) ? truth : (truth + 1) % classCount;
  });
  return { name: 'made up', matrix: { images, models, classCount, classes }, oracle, pools: [] };
})();

function experimentOf(...options: string[]) {
  return parseOptions(['somewhere', '--pools', '3', '--pool-size', '150', ...options]).experiments[0]!;
}

describe('a tournament', () => {
  test.each(Object.keys(strategies))('%s finds the best model of an easy pool', (strategy) => {
    const { report } = tryOut(data, experimentOf('--strategy', strategy));
    expect(report).toMatchObject({
      dataset: 'made up',
      items: 400,
      models: 5,
      classes: 3,
      poolSize: 150,
      pools: 3,
      strategy,
    });
    expect(report.identification.p100).not.toBeNull();
  });

  test('the same experiment gives the same figures', () => {
    const { questionMs: _, ...one } = tryOut(data, experimentOf('--click-error', '0.1', '--opinions', '2')).report;
    expect(tryOut(data, experimentOf('--click-error', '0.1', '--opinions', '2')).report).toMatchObject(one);
  });

  test('pools that are played side by side give the figures of those played in turn, and say how many are done', async () => {
    const experiment = experimentOf('--click-error', '0.1', '--opinions', '2');
    const { questionMs: _, ...inTurn } = tryOut(data, experiment).report;
    const said: [number, number][] = [];
    const { questionMs: __, ...together } = (
      await tryOutTogether(data, experiment, (done, pools) => said.push([done, pools]))
    ).report;
    expect(together).toEqual(inTurn);
    expect(said).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
  });

  test('ours announces, and is right', () => {
    const { announced } = tryOut(data, experimentOf()).report;
    expect(announced).toMatchObject({ best: { share: 1, right: 1 }, within1: { share: 1, right: 1 } });
    expect(announced.within1.labelsMean).toBeLessThanOrEqual(announced.best.labelsMean!);
    expect(announced.best.accuracy).toMatchObject({ covered: 1 });
  });

  test('pools that are skipped are as if they had been played', () => {
    const runsOf = (...options: string[]) =>
      tryOut(data, experimentOf('--click-error', '0.1', ...options)).runs.map(({ announced }) => announced);
    expect(runsOf('--pools', '2', '--skip', '1')).toEqual(runsOf('--pools', '3').slice(1));
    const prepared = { ...data, pools: [Int32Array.of(1, 2, 3)] };
    const noneLeft = parseOptions(['somewhere', '--skip', '1']).experiments[0]!;
    expect(() => tryOut(prepared, noneLeft)).toThrow('there is no pool behind the first 1. Use a smaller --skip.');
  });

  test('pool size 0 plays everything once', () => {
    const { report } = tryOut(data, experimentOf('--pool-size', '0', '--budget', '5'));
    expect(report).toMatchObject({ poolSize: 400, pools: 1 });
  });

  test('options that make no sense are all named in one line', () => {
    expect(() => parseOptions(['x', '--pools', 'many', '--strategy', 'guess'])).toThrow(
      /^--strategy: .*; --pools: .*See modelpicker simulate --help\.$/,
    );
    expect(() => tryOut(data, experimentOf('--pool-size', '401'))).toThrow(
      'there are only 400 items. Use fewer, or 0.',
    );
  });
});

describe('annotators', () => {
  test('without click error tell the truth', () => {
    const annotator = annotatorOf(data.matrix, data.oracle, { clickError: 0, opinions: 3, seed: 1 });
    expect(Array.from(data.oracle, (_, image) => annotator(image, 0)!.class)).toEqual([...data.oracle]);
  });

  test('err as often as asked to, more on images that models get wrong, and mostly towards what these say', () => {
    const annotator = annotatorOf(data.matrix, data.oracle, { clickError: 0.1, opinions: 20, seed: 1 });
    const asked = { easy: 0, hard: 0 };
    const wrong = { easy: 0, hard: 0 };
    let followed = 0;
    for (const [image, truth] of data.oracle.entries()) {
      const votes = data.matrix.classes.subarray(5 * image, 5 * image + 5);
      const kind = votes.every((vote) => vote === truth) ? 'easy' : 'hard';
      for (let opinion = 0; opinion < 20; opinion++) {
        const label = annotator(image, opinion)!.class;
        asked[kind] += 1;
        if (label === truth) continue;
        wrong[kind] += 1;
        if (votes.includes(label)) followed += 1;
      }
    }
    expect((wrong.easy + wrong.hard) / (asked.easy + asked.hard)).toBeCloseTo(0.1, 2);
    expect(wrong.hard / asked.hard).toBeGreaterThan(5 * (wrong.easy / asked.easy));
    expect(followed / (wrong.easy + wrong.hard)).toBeGreaterThan(0.7);
  });

  test('give the same answer to the same question', () => {
    const [one, other] = [1, 1].map((seed) =>
      annotatorOf(data.matrix, data.oracle, { clickError: 0.3, opinions: 3, seed }),
    );
    expect(one!(3, 1)).toEqual(other!(3, 1));
  });
});

test('an announcement is dated to its fifth sure answer, and made once', () => {
  const confidences = [0.5, 0.96, 0.96, 0.96, 0.96, 0.96, 0.96, 0.5, 0.96];
  let answers = 0;
  const scripted = {
    next: () => (answers < confidences.length - 1 ? answers : undefined),
    learn: () => {
      answers += 1;
    },
    leader: () => (answers < 5 ? 0 : 1),
    isFinal: () => false,
    confidence: () => confidences[answers],
  };
  const { announced, regrets } = play(scripted, () => ({ class: 0, annotator: 'Ada' }), Float64Array.of(0.5, 0.75), {
    budget: 99,
    confidence: 0.95,
  });
  expect(announced.best).toEqual({ labels: 5, regret: 0 });
  expect(regrets).toEqual([0.25, 0.25, 0.25, 0.25, 0.25, 0, 0, 0, 0]);
});

describe('measures', () => {
  const run = (regrets: number[], announced: Played['announced'] = {}): Played => ({
    regrets,
    announced,
    questionMs: [1, 3],
  });

  test('identification is when a share is reached for good, not for the first time', () => {
    const runs = [run([0, 0.1, 0, 0]), run([0.1, 0.1, 0])];
    const { identification } = measure(runs, 4);
    expect(identification).toEqual({ p90: 2, p95: 2, p100: 2 });
    expect(measure([run([0.1, 0, 0.1])], 4).identification).toEqual({ p90: null, p95: null, p100: null });
  });

  test('regret is summed over all labels to the budget, the last leader carried forward', () => {
    expect(measure([run([0.5, 0.1, 0.02]), run([0.5, 0])], 4).regretArea).toBeCloseTo((10 + 2 + 2 + 2) / 2, 12);
  });

  test('an announcement is right if the regret is within what was announced', () => {
    const runs = [
      run([0], { best: { labels: 10, regret: 0 }, within1: { labels: 4, regret: 0.01 } }),
      run([0], { best: { labels: 20, regret: 0.001 } }),
    ];
    expect(measure(runs, 1).announced).toEqual({
      best: { share: 1, labelsMean: 15, labelsMedian: 10, right: 0.5, accuracy: null },
      'within0.5': { share: 0, labelsMean: null, labelsMedian: null, right: null, accuracy: null },
      within1: { share: 0.5, labelsMean: 4, labelsMedian: 4, right: 1, accuracy: null },
    });
  });

  test('what is said of the winner’s accuracy holds where the truth is inside the 95 % interval', () => {
    const said = (error: number, deviation: number) =>
      run([0], { best: { labels: 1, regret: 0, accuracy: { error, deviation } } });
    const { accuracy } = measure([said(-0.19, 0.1), said(0.09, 0.03)], 1).announced.best;
    expect(accuracy!.error).toBeCloseTo(-0.05, 12);
    expect(accuracy!.halfWidth).toBeCloseTo(1.96 * 0.065, 12);
    expect(accuracy!.covered).toBe(0.5);
  });

  test('a sample has no image twice', () => {
    expect(new Set(sample(50, 60, chanceFrom(3))).size).toBe(50);
  });
});
