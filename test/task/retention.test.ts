import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readPredicted, writePredicted } from '../../src/predictions/kept.ts';
import type { Source } from '../../src/predictions/source.ts';
import { answerTruly, type Bench, openBench, predictedBatch, rules } from './bench.ts';

const DAY_MS = 86_400_000;
const days = (count: number) =>
  Array.from({ length: count }, (_, nth) => `2026-11-${String(nth + 2).padStart(2, '0')}`);

/** A bot that keeps what the models said on disk for so many days; with a wide tolerance a label or two make a winner. */
async function openKeeping(keepDays: number, { tolerance } = rules) {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-retention-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [predictions, labels] = [join(folder, 'predictions'), join(folder, 'labels')];
  const source: Source = {
    predict: async ({ name }) => {
      const predicted = predictedBatch();
      await writePredicted(join(predictions, name), { ...predicted, scores: new Uint16Array(240) });
      return predicted;
    },
    recall: async (batch) => {
      const kept = await readPredicted(join(predictions, batch));
      if (!kept) throw new Error(`The predictions of ${batch} are gone.`);
      return kept;
    },
  };
  const logged: string[] = [];
  const bench = await openBench({
    source,
    rules: { ...rules, tolerance },
    retention: { days: keepDays, predictions, labels },
    log: (event, fields = {}) => void logged.push(`${event} ${JSON.stringify(fields)}`),
  });
  return { ...{ bench, predictions, labels, logged }, kept: async () => (await readdir(predictions)).sort() };
}

/** The next day's batch arrives; the round before it ends as it is. */
async function nextDay(bench: Bench, batch: string): Promise<void> {
  bench.clock.now = new Date(`${batch}T08:00:00Z`);
  bench.arrived.batch = batch;
  await bench.task.look();
  await expect.poll(() => bench.store.rounds().includes(batch)).toBe(true);
  await bench.task.idle();
}

test('what the models said about old batches goes, and of the labels nothing does', async () => {
  const { bench, labels, logged, kept } = await openKeeping(3);
  for (const batch of days(8).slice(1)) {
    await answerTruly(bench);
    await nextDay(bench, batch);
  }
  const csv = bench.task.exportCsv();
  await bench.task.removeOld();
  // From the 5th on they may still be read: the newest two started from them, or the next one will.
  expect(await kept()).toEqual(days(8).slice(3));
  expect(logged.filter((line) => line.startsWith('old predictions removed'))).toEqual([
    `old predictions removed ${JSON.stringify({ batches: days(3), olderThanDays: 3, labels })}`,
  ]);
  expect(bench.task.exportCsv()).toBe(csv);
  expect(csv.split('\r\n').length).toBe(days(8).length - 1 + 2);
  const settled = await readFile(join(labels, '2026-11-02.jsonl'), 'utf8');
  expect(JSON.parse(settled)).toMatchObject({ file_name: expect.stringMatching(/^2026-11-02\//), answers: 1 });
  expect(bench.task.pastRound('2026-11-02')).toMatchObject({ progress: { labels: 1 } });

  // Nothing more to say, and nothing that anybody misses after a start.
  await bench.task.removeOld();
  await bench.restart();
  expect(await bench.task.status()).toMatchObject({ batch: '2026-11-09', phase: 'labeling' });
  const problems = logged.filter((line) => /left|nothing|cannot|failed/.test(line));
  expect([...problems, ...logged.filter((line) => line.startsWith('old predictions')).slice(1)]).toEqual([]);
});

test('what serves, and what an admin can go back to, outlives its days', async () => {
  const { bench, kept } = await openKeeping(3, { ...rules, tolerance: 0.5 });
  while (bench.deployed.length === 0) await answerTruly(bench);
  await nextDay(bench, '2026-11-03');
  for (const batch of days(9).slice(2)) await nextDay(bench, batch);
  bench.clock.now = new Date(Date.parse('2026-11-10T08:00:00Z') + 300 * DAY_MS);
  await bench.task.removeOld();
  expect(await kept()).toEqual(['2026-11-02', '2026-11-09', '2026-11-10']);
});

test('a batch is as old as what happened in its round last', async () => {
  const { bench, kept } = await openKeeping(30);
  for (const batch of days(3).slice(1)) await nextDay(bench, batch);
  await bench.task.removeOld();
  expect(await kept()).toEqual(days(3));
  // Its round ended when the batch of the 3rd came.
  bench.clock.now = new Date(Date.parse('2026-11-03T08:00:00Z') + 30 * DAY_MS);
  await bench.task.removeOld();
  expect(await kept()).toEqual(days(3));
  bench.clock.now = new Date(bench.clock.now.getTime() + 1_000);
  await bench.task.removeOld();
  expect(await kept()).toEqual(days(3).slice(1));
});

test('the beginnings of a batch that never had a round go, and those of one that is still to come stay', async () => {
  const { bench, predictions, kept } = await openKeeping(3);
  for (const batch of ['2026-10-30', '2026-11-01', '2026-11-03']) {
    await mkdir(join(predictions, batch, 'cells'), { recursive: true });
    const at = batch === '2026-11-01' ? bench.clock.now : new Date(bench.clock.now.getTime() - 4 * DAY_MS);
    await utimes(join(predictions, batch), at, at);
  }
  await bench.task.removeOld();
  expect(await kept()).toEqual(['2026-11-01', '2026-11-02', '2026-11-03']);
});

test('predictions that cannot be read stay, for somebody to mend', async () => {
  const { bench, predictions, logged } = await openKeeping(3);
  for (const batch of days(8).slice(1)) {
    await answerTruly(bench);
    await nextDay(bench, batch);
  }
  await writeFile(join(predictions, '2026-11-02', 'matrix.i16'), 'damaged');
  await bench.task.removeOld();
  await bench.task.removeOld();
  expect(existsSync(join(predictions, '2026-11-02', 'predicted.json'))).toBe(true);
  expect(existsSync(join(predictions, '2026-11-03'))).toBe(false);
  expect(logged.filter((line) => line.startsWith('labels of a batch left out'))).toHaveLength(1);
});
