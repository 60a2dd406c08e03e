import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { labelsToGo } from '../../src/method/to-go.ts';
import { annotatorOf } from '../../src/simulate/annotator.ts';
import { chanceFrom, sample } from '../../src/simulate/chance.ts';
import { readLabeledData, takeImages } from '../../src/simulate/labeled-data.ts';
import { openBeliefLog } from '../../src/task/beliefs/log.ts';

test('the less doubt is left, and the faster it has fallen, the fewer labels are to go', () => {
  const start = labelsToGo(0, { before: 10, now: 10 }, 0.95);
  const slow = labelsToGo(20, { before: 10, now: 5 }, 0.95);
  const fast = labelsToGo(20, { before: 10, now: 1 }, 0.95);
  const close = labelsToGo(20, { before: 10, now: 0.1 }, 0.95);
  expect([start, slow, fast, close].map(({ low, high }) => [Math.round(low), Math.round(high)])).toEqual([
    [55, 220],
    [53, 213],
    [23, 92],
    [5, 21],
  ]);
});

test('doubt that is gone, or has grown, leaves a number', () => {
  for (const now of [0, 1e-300, 40]) {
    const { low, high } = labelsToGo(3, { before: 10, now }, 0.95);
    expect(low).toBeGreaterThan(1);
    expect(high).toBeLessThan(1_000);
  }
});

const sets = '../shared/datasets';
const names = ['g16_noise', 'cifar101_v4', 'mrpc', 'domain_drift', 'sst2', 'mvh_colour'];
const rules = { confidence: 0.95, tolerance: 0.005, budget: 300, opinions: 3, deadlineHours: 0 };

/** What was said to be to go after each label, and what really was. */
function play(name: string, draw: number): { low: number; high: number; truth: number }[] {
  const data = readLabeledData(`${sets}/${name}`);
  const images = sample(300, data.matrix.images, chanceFrom(draw, 300));
  const matrix = takeImages(data.matrix, images);
  const oracle = Int16Array.from(images, (image) => data.oracle[image]!);
  const annotator = annotatorOf(matrix, oracle, { clickError: 0.03, opinions: rules.opinions, seed: draw });
  const beliefs = openBeliefLog({ matrix, rules });
  const clicks: { image: number; class: number | null; annotator: string }[] = [];
  const said: { low: number; high: number }[] = [];
  for (;;) {
    const { next, sure, toGo } = beliefs.view(clicks, [], 1);
    const image = next[0];
    if (clicks.length === rules.budget || sure || image === undefined) break;
    said.push(toGo);
    const click = annotator(image, clicks.filter((one) => one.image === image).length);
    clicks.push({ image, class: null, annotator: '', ...click });
  }
  return said.map(({ low, high }, labels) => {
    const left = rules.budget - labels;
    return { low: Math.min(low, left), high: Math.min(high, left), truth: clicks.length - labels };
  });
}

const isThere = existsSync(sets);
const why = isThere ? '' : ' (skipped: ../shared/datasets is not there)';

test.skipIf(!isThere)(
  `on recorded sets, what is said to be to go is true more often than not, and neither too high nor too low${why}`,
  { timeout: 300_000 },
  () => {
    const all = names.flatMap((name) => [0, 1].flatMap((draw) => play(name, draw)));
    const held = all.filter(({ low, high, truth }) => low <= truth && truth <= high);
    expect(held.length / all.length).toBeGreaterThan(0.5);
    const above = all.filter(({ low, high, truth }) => truth > Math.sqrt(low * high));
    expect(above.length / all.length).toBeGreaterThan(0.3);
    expect(above.length / all.length).toBeLessThan(0.7);
  },
);
