import { expect, test } from 'vitest';
import { shareOfServed } from '../../src/round/model-share.ts';
import { trendOf } from '../../src/task/days/trend.ts';
import { readJournal } from '../../src/task/journal.ts';
import { openBench, rules } from './bench.ts';
import { days, labelToTheEnd, measuredOn, monday, nextBatch, tuesday } from './several-days.ts';

const source = days({ [monday]: [13, 7, 5, 3], [tuesday]: [2, 13, 5, 3] });

test('a day shows how often its winner is right, and what served until then, as the same random images measured both', async () => {
  const bench = await openBench({ source, rules: { ...rules, measure: 8 } });
  await labelToTheEnd(bench);
  await nextBatch(bench, tuesday);
  expect(bench.task.trend()).toMatchObject([
    { batch: monday, isOpen: false },
    { batch: tuesday, isOpen: true },
  ]);
  await labelToTheEnd(bench);
  const [first, second] = bench.task.trend();
  expect(first!.winner).toMatchObject({ model: 'wrong-13', accuracy: measuredOn(bench, monday).accuracy });
  expect(first).not.toHaveProperty('served');
  const measured = measuredOn(bench, tuesday);
  expect(second!.winner).toMatchObject({ model: 'wrong-7', accuracy: measured.accuracy });
  const { result } = readJournal(bench.store).round(tuesday);
  expect(measured.accuracy).not.toBe(result!.accuracy);
  const { accuracy, halfWidth } = measured.served!;
  expect(second!.served).toEqual({ model: 'wrong-13', accuracy, accuracySd: halfWidth / 1.96 });
  // It is wrong on every second image.
  expect(Math.abs(accuracy - 0.5)).toBeLessThan(halfWidth);
  expect(halfWidth).toBeLessThan(1.96 * result!.present!.accuracySd);
  // Where an earlier version measured the winner alone, what served goes up or down as far.
  const { served: _, ...alone } = measured;
  const moved = shareOfServed(result!, alone)!;
  expect(measured.accuracy - moved.accuracy).toBeCloseTo(result!.accuracy - result!.present!.accuracy, 9);
});

test('a winner that is withdrawn is none', async () => {
  const bench = await openBench({ source });
  await labelToTheEnd(bench);
  expect(bench.task.trend()[0]).toHaveProperty('winner');
  await bench.task.reopen('U1');
  expect(bench.task.trend()[0]).toMatchObject({ isOpen: true });
  expect(bench.task.trend()[0]).not.toHaveProperty('winner');
});

test('the newest two weeks are shown', async () => {
  const bench = await openBench({ source });
  const journal = readJournal(bench.store);
  const names = Array.from({ length: 20 }, () => monday);
  expect(trendOf({ ...journal, names: () => names, round: journal.round, facts: journal.facts })).toHaveLength(14);
});
