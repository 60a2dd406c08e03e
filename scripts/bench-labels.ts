import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { drawCurves } from '../src/picture/curves.ts';
import { tryOut } from '../src/simulate/experiment.ts';
import { readLabeledData } from '../src/simulate/labeled-data.ts';
import { identificationPath } from '../src/simulate/measures.ts';
import { parseOptions } from '../src/simulate/options.ts';
import { describeEvidence } from './evidence.ts';
import type { Outcome, Trial } from './trial.ts';

/**
 * Plays every set of a folder with every strategy, ours also under wrong clicks and on a large set as a whole, and writes
 * the tables and the picture.
 *
 * Options: --pools N (40), --skip N (the pools that something was chosen on; 0), --sets FOLDER, --trial NAME (repeatable; all), --out FILE.md (the picture goes beside it).
 */

const trials: readonly Trial[] = [
  { name: 'ours', options: [] },
  ...['model-selector', 'model-picker', 'entropy', 'margin', 'random'].map((strategy) => ({
    name: strategy,
    options: ['--strategy', strategy],
  })),
  // A quarter of the pools: a question costs it 4 to 14 times what it costs ours, and it asks to the end of the budget.
  { name: 'coda', options: ['--strategy', 'coda', '--pools', '10'] },
  ...[2, 5, 10].map((percent) => ({
    name: `ours, ${percent} % wrong clicks`,
    // Half the pools: these runs rarely end before their budget.
    options: ['--click-error', String(percent / 100), '--budget', '300', '--pools', '20'],
  })),
  // On every set with recorded people.
  { name: 'ours, recorded people', options: ['--people', '--budget', '300', '--pools', '20'] },
  {
    name: 'ours, all images at once',
    options: ['--pool-size', '0', '--skip', '0', '--budget', '400'],
    set: 'imagenet_val67',
  },
];

type Task = { folder: string; trial: Trial; pools: number; skip: number };

function runTask({ folder, trial, pools, skip }: Task): Outcome {
  const { experiments } = parseOptions([folder, '--pools', String(pools), '--skip', String(skip), ...trial.options]);
  const { report, runs, budget } = tryOut(readLabeledData(folder), experiments[0]!);
  return { trial: trial.name, report, identified: identificationPath(runs, budget) };
}

async function bench(): Promise<void> {
  const { values } = parseArgs({
    options: {
      pools: { type: 'string', default: '40' },
      skip: { type: 'string', default: '0' },
      sets: { type: 'string', default: '../shared/datasets' },
      trial: { type: 'string', multiple: true },
      out: { type: 'string', default: 'docs/evidence.md' },
    },
  });
  const entries = await readdir(values.sets, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${values.sets}/${name}`);
  const chosen = trials.filter(({ name }) => !values.trial || values.trial.includes(name));
  const tasks = chosen.flatMap((trial) =>
    folders
      .filter((folder) => trial.set === undefined || folder.endsWith(`/${trial.set}`))
      .filter((folder) => !trial.options.includes('--people') || existsSync(`${folder}/human.npy`))
      .map((folder) => ({ folder, trial, pools: Number(values.pools), skip: Number(values.skip) })),
  );
  const outcomes = await runAll(tasks);
  const picture = values.out.replace(/\.md$/, '.png');
  await mkdir(dirname(values.out), { recursive: true });
  await writeFile(values.out, describeEvidence(chosen, outcomes, Number(values.skip)));
  await writeFile(
    picture,
    await drawCurves('Pools with the best model in front, mean over the sets', curvesOf(outcomes)),
  );
}

/** Hands the tasks out, largest first as they come, and gives their outcomes in the order of the tasks. */
async function runAll(tasks: readonly Task[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  let done = 0;
  const workers = Array.from({ length: Math.min(availableParallelism(), tasks.length) }, () => {
    const worker = new Worker(new URL(import.meta.url));
    return new Promise<void>((resolve, reject) => {
      let task = -1;
      const handOut = () => {
        task = next++;
        if (task < tasks.length) worker.postMessage(tasks[task]);
        else void worker.terminate().then(() => resolve());
      };
      worker.on('message', (outcome: Outcome) => {
        outcomes[task] = outcome;
        done += 1;
        console.log(
          `${done} of ${tasks.length}: ${outcome.trial} on ${outcome.report.dataset}: 95 % after ${outcome.report.identification.p95} labels`,
        );
        handOut();
      });
      worker.on('error', reject);
      handOut();
    });
  });
  await Promise.all(workers);
  return outcomes;
}

/** As the chart calls them: one of the rivals has this product's name. */
const shownNames: Readonly<Record<string, string>> = {
  ours: 'this bot',
  'model-selector': 'Model Selector',
  'model-picker': 'easeml (2021)',
};

/** One curve for each strategy, with clean clicks: the mean over the sets. */
function curvesOf(outcomes: readonly Outcome[]) {
  const clean = Map.groupBy(
    outcomes.filter(({ trial }) => !trial.includes(',')),
    ({ trial }) => trial,
  );
  return [...clean].map(([name, group]) => {
    const length = Math.max(...group.map(({ identified }) => identified.length));
    const at = (labels: number) =>
      group.reduce((sum, { identified }) => sum + identified[Math.min(labels, identified.length - 1)]!, 0);
    return { name: shownNames[name] ?? name, shares: Array.from({ length }, (_, labels) => at(labels) / group.length) };
  });
}

if (isMainThread) await bench();
else parentPort!.on('message', (task: Task) => parentPort!.postMessage(runTask(task)));
