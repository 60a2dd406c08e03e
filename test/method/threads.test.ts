import { Worker } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { ballotOf } from '../../src/method/ballot.ts';
import { prior } from '../../src/method/belief.ts';
import type { Kernel } from '../../src/method/kernel-code.ts';
import { newMemory } from '../../src/method/kernel-code.ts';
import { doTogether, newDesk, partTaken } from '../../src/method/kernel-jobs.ts';
import { closeDesk, openDesk } from '../../src/method/kernel-memory.ts';
import { passesOf } from '../../src/method/passes.ts';
import { type Problem, prepare } from '../../src/method/problem.ts';
import { chanceFrom } from '../../src/simulate/chance.ts';
import { hireCrew } from '../../src/task/beliefs/crew.ts';

afterEach(closeDesk);

/** Batches long enough to be shared out: of two to three parts. Every third has missing votes, and half have terms by pair or class. */
function anyLongBatch(seed: number): Problem {
  const chance = chanceFrom(seed, 21);
  const images = 2_100 + Math.floor(chance() * 2_500);
  const models = 9 + Math.floor(chance() * 10);
  const classCount = [10, 20, 64, 65, 1000][Math.floor(chance() * 5)]!;
  const [variety, least] = [Math.min(classCount, 2 + Math.floor(chance() * 15)), seed % 3 === 0 ? -1 : 0];
  const vote = () => least + Math.floor(Math.min(chance(), chance()) * variety);
  const classes = Int16Array.from({ length: images * models }, vote);
  return prepare({ images, models, classCount, classes });
}

/** What all passes of a step give, as one number that another last bit changes. */
function bitsOf(problem: Problem): number {
  const { mean } = prior(problem).weights;
  const [models, items] = [[...problem.kept.keys()], Int32Array.from(problem.itemImages.keys())];
  const { votesOf, wrongOf, sumByModel, gapVariances, gapGradients, promisesOf, scoresOf } = passesOf(problem);
  const votes = votesOf(problem, mean);
  const wrong = wrongOf(problem, votes);
  const { variances, errors, apart } = gapVariances(problem, votes, wrong, 0, models);
  const gradients = gapGradients(problem, votes, 0, models.slice(1, 9));
  const stakes = gradients.map((gradient, rank) => {
    return { model: rank + 1, worth: 1 / (rank + 1), ballot: ballotOf(problem, gradient), errorGain: rank };
  });
  const promises = promisesOf(problem, votes, 0, stakes);
  const scores = scoresOf(problem, votes, items, 0, stakes, 0.03);
  const all = [votes, wrong, sumByModel(problem, votes), variances, errors, apart, ...gradients, promises, scores];
  let bits = 0;
  for (const values of all)
    for (const word of new Int32Array(values.slice().buffer)) bits = (Math.imul(bits, 31) + word) | 0;
  return bits;
}

test('200 long batches have the same bits with one, two and four threads', async () => {
  const batches = Array.from({ length: 200 }, (_, seed) => anyLongBatch(seed));
  const alone = batches.map(bitsOf);
  expect(new Set(alone).size).toBe(200);
  for (const others of [1, 3]) {
    const crew = hireCrew(others);
    expect(batches.map(bitsOf)).toEqual(alone);
    await crew.dismiss();
  }
});

test('where a thread takes work and dies, its work is done again, with the same bits', async () => {
  const batch = anyLongBatch(7);
  const alone = bitsOf(batch);
  const desk = openDesk(1);
  const thief = new Worker(
    `const { workerData: job, parentPort } = require('node:worker_threads');
     parentPort.postMessage('here');
     while (Atomics.add(job, 1, 1) >= 2 ** 29);`,
    { eval: true, workerData: desk.job },
  );
  const gone = new Promise((resolve) => thief.once('exit', resolve));
  await new Promise((resolve) => thief.once('message', resolve));
  expect(bitsOf(batch)).toBe(alone);
  await thief.terminate();
  await gone;
});

test('a part that is not given back is waited for a second, and no longer', () => {
  const desk = newDesk(newMemory(true));
  const done: number[] = [];
  const votes = (_: number, from: number) => {
    done.push(from);
    // Somebody else takes the next part, and nothing is heard of it.
    if (done.length === 1) Atomics.add(desk.job, 1, 1);
  };
  const job = { pass: 'votes', count: 5, perPart: 1, targets: 0, targetBytes: 0, scratch: 0, scratchBytes: 0 } as const;
  expect(doTogether(desk, { votes } as unknown as Kernel, job)).toBe(false);
  expect(done).toEqual([0, 2, 3, 4]);
  expect(doTogether(newDesk(newMemory(true)), { votes } as unknown as Kernel, job)).toBe(true);
});

test('who came too late for a part takes none of the next job', () => {
  const { job: desk, memory } = newDesk(newMemory(true));
  const places = { targets: 0, targetBytes: 0, scratch: 0, scratchBytes: 0 };
  const job = { pass: 'votes', perPart: 1, ...places } as const;
  let taken = -1;
  let found: unknown = 'nobody looked';
  const comes = () => {
    taken = Atomics.add(desk, 1, 1);
  };
  const looks = () => {
    found = partTaken(desk, taken);
  };
  doTogether({ job: desk, memory }, { votes: comes } as unknown as Kernel, { ...job, count: 1 });
  doTogether({ job: desk, memory }, { votes: looks } as unknown as Kernel, { ...job, count: 4 });
  expect(taken).toBeGreaterThan(0);
  expect(found).toBeUndefined();
});
