import { expect, test } from 'vitest';
import { PATIENCE } from '../../src/method/constants.ts';
import { openBeliefLog } from '../../src/task/beliefs/log.ts';
import { answerTruly, asked, openBench, predictedBatch, rules, truth } from './bench.ts';

test('no more is leased than the budget allows, and a click after the end does not count', async () => {
  const bench = await openBench({ rules: { ...rules, budget: 3 } });
  const card = asked(bench);
  const leases = [];
  for (const person of ['U1', 'U2', 'U3', 'U4']) leases.push(await bench.task.lease(person));
  // The card is for everybody.
  expect(leases[3]).toMatchObject({ kind: 'question', question: { id: card.id } });
  for (const [index, one] of leases.slice(0, 3).entries()) {
    if (one.kind !== 'question') throw new Error(one.because);
    const { id, image } = one.question;
    const right = truth(Number.parseInt(image.file.split('/').at(-1)!, 10));
    const click = { question: id, class: right, annotator: `U${index + 1}` };
    expect(await bench.task.answer(click)).toMatchObject({ kind: 'recorded' });
  }
  await bench.task.advance();
  expect(bench.room.card().now).toMatchObject({ kind: 'finished', result: { labels: 3 } });
  expect(await bench.task.answer({ question: card.id, class: 0, annotator: 'U5' })).toEqual({ kind: 'over' });
});

test('a button under the first result does not withdraw the second one of the same batch', async () => {
  const bench = await openBench({ rules: { ...rules, budget: 1 } });
  const named = { batch: '2026-11-02', result: 1 };
  await answerTruly(bench);
  expect(await bench.task.reopen('U1', named)).toBe(true);
  await bench.task.advance();
  await answerTruly(bench);
  expect(bench.room.card().now).toMatchObject({ kind: 'finished', result: { number: 2 } });
  expect(await bench.task.reopen('U1', named)).toBe(false);
  expect(await bench.task.reopen('U1', { ...named, result: 2 })).toBe(true);
});

test('where others may be asked about an image, its first label is shown to nobody before the end', async () => {
  const bench = await openBench({ rules: { ...rules, opinions: 2, budget: 2 } });
  await answerTruly(bench, 'U1');
  expect(bench.room.card()).not.toHaveProperty('lastAnswer');
  expect(bench.task.history()).toMatchObject([{ isSecret: true }]);
  await answerTruly(bench, 'U2');
  expect(bench.task.history().map(({ isSecret }) => isSecret)).toEqual([false, false]);
});

test('what the models make believe before the first label is no part of the patience', () => {
  const { predictions: matrix } = predictedBatch();
  const log = openBeliefLog({ matrix, rules: { ...rules, confidence: 0 } });
  const clicks = Array.from({ length: PATIENCE }, (_, image) => ({ image, class: truth(image), annotator: 'U1' }));
  expect(log.view(clicks.slice(0, -1), [], 1).sure).toBeUndefined();
  expect(log.view(clicks, [], 1).sure).toBe('best');
});
