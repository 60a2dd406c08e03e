import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { assess } from '../src/method/assess.ts';
import { type MeasuredAccuracy, measureAccuracy } from '../src/method/measured.ts';
import { chanceFrom, sample } from '../src/simulate/chance.ts';
import { type DrawnPool, type Experiment, poolsOf } from '../src/simulate/experiment.ts';
import { readLabeledData } from '../src/simulate/labeled-data.ts';
import { parseOptions } from '../src/simulate/options.ts';
import { oursFrom } from '../src/simulate/ours.ts';
import { play } from '../src/simulate/play.ts';

/**
 * How well the winner's accuracy is measured: plays each set until "within 0.5 points" is announced, then draws images at
 * random from all the others. Prints a table in Markdown: bias, half width and coverage after 0, 10, 20 and 40 of them.
 *
 * Options: --pools N (20), --click-error P (0), --sets FOLDER.
 */

const LOOKS = [0, 10, 20, 40];

/** One measurement beside the truth. */
type Trial = { readonly error: number; readonly halfWidth: number };

function trialsOf(pool: DrawnPool, seed: number, experiment: Experiment): Trial[] {
  const { matrix, accuracies, annotator } = pool;
  const strategy = oursFrom({ ...experiment, seed, matrix }, { models: [], classes: [] }, undefined);
  const { announced } = play(strategy, annotator, accuracies, { ...experiment, budget: 250 });
  const { problem, belief } = strategy.asYesterday(announced['within0.5']?.labels ?? 250);
  const assessment = assess(problem, belief);
  const { leader } = assessment;
  const isAnswered = (image: number) => belief.answers.has(problem.itemOfImage[image]!);
  const order = sample(matrix.images, matrix.images, chanceFrom(seed, 1)).filter((image) => !isAnswered(image));
  const looks = Array.from(order.subarray(0, Math.max(...LOOKS)), (image) => ({ image, ...annotator(image, 0)! }));
  const measured = LOOKS.map((count) => measureAccuracy(problem, belief, assessment, leader, looks.slice(0, count)));
  const beside = ({ mean, halfWidth }: MeasuredAccuracy) => ({ error: mean - accuracies[leader]!, halfWidth });
  const before = { error: assessment.expectedAccuracy[leader]! - accuracies[leader]! };
  return [{ ...before, halfWidth: 1.96 * assessment.accuracySd[leader]! }, ...measured.map(beside)];
}

function summary(trials: readonly Trial[]): number[] {
  const mean = (value: (trial: Trial) => number) => trials.reduce((sum, one) => sum + value(one), 0) / trials.length;
  const isCovered = ({ error, halfWidth }: Trial) => (Math.abs(error) <= halfWidth ? 1 : 0);
  return [100 * mean(({ error }) => error), 100 * mean(({ halfWidth }) => halfWidth), mean(isCovered)];
}

const cells = (figures: readonly number[]) => figures.map((one, place) => one.toFixed(place % 3 === 2 ? 2 : 1));

async function bench(): Promise<void> {
  const { values } = parseArgs({
    options: {
      pools: { type: 'string', default: '20' },
      'click-error': { type: 'string', default: '0' },
      sets: { type: 'string', default: '../shared/datasets' },
    },
  });
  const options = ['--pools', values.pools, '--click-error', values['click-error']];
  const names = ['as stated', ...LOOKS.map((count) => `${count} images`)];
  console.log(`| set | ${names.map((name) => `${name}: bias | ± | inside`).join(' | ')} |`);
  console.log(`|---|${names.map(() => '---|---|---|').join('')}`);
  const all: number[][] = [];
  for (const { name } of (await readdir(values.sets, { withFileTypes: true })).filter((one) => one.isDirectory())) {
    const folder = `${values.sets}/${name}`;
    if (!existsSync(`${folder}/pools.npy`)) continue;
    const experiment = parseOptions([folder, ...options]).experiments[0]!;
    const byPool = poolsOf(readLabeledData(folder), experiment).map((pool, seed) => trialsOf(pool, seed, experiment));
    const figures = names.flatMap((_, place) => summary(byPool.map((trials) => trials[place]!)));
    all.push(figures);
    console.log(`| ${name} | ${cells(figures).join(' | ')} |`);
  }
  const means = all[0]!.map((_, place) => all.reduce((sum, row) => sum + row[place]!, 0) / all.length);
  console.log(`| **mean of the sets** | ${cells(means).join(' | ')} |`);
  const worst = all[0]!.map((_, place) => Math.min(...all.map((row) => row[place]!)));
  console.log(
    `| **worst inside** | ${cells(worst)
      .map((one, place) => (place % 3 === 2 ? one : ''))
      .join(' | ')} |`,
  );
}

await bench();
