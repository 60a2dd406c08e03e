import { expect, test } from 'vitest';
import type { Predicted } from '../../src/predictions/source.ts';
import { answerTruly, asked, openBench, predictedBatch, rules } from './bench.ts';

test('a click does no work of the schedule: advancing after it never looks for batches', async () => {
  const looks: (string | undefined)[] = [];
  const bench = await openBench({
    findBatch: async (after) => {
      looks.push(after);
      return { name: '2026-11-02', folder: '/batches' };
    },
  });
  const before = looks.length;
  const { id } = asked(bench);
  await answerTruly(bench);
  await bench.task.advance();
  expect(asked(bench).id).not.toBe(id);
  expect(looks).toHaveLength(before);
  await bench.task.look();
  expect(looks.slice(before)).toEqual(['2026-11-02']);
});

test('while the models are at work on a batch, only newer ones are looked for', async () => {
  const looks: (string | undefined)[] = [];
  const slow = Promise.withResolvers<Predicted>();
  const arrived = { name: '2026-11-02', folder: '/batches' };
  const bench = await openBench({
    source: {
      predict: ({ name }) => (name === '2026-11-02' ? Promise.resolve(predictedBatch()) : slow.promise),
      recall: async () => predictedBatch(),
    },
    findBatch: async (after) => {
      looks.push(after);
      return { ...arrived };
    },
  });
  arrived.name = '2026-11-03';
  looks.length = 0;
  await bench.task.look();
  await bench.task.look();
  expect(looks).toEqual(['2026-11-02', '2026-11-03']);
  slow.resolve(predictedBatch());
  await expect.poll(() => bench.store.rounds()).toEqual(['2026-11-02', '2026-11-03']);
});

test('what fails at every look is one line of the log, and another when it fails otherwise or is over', async () => {
  const lines: string[] = [];
  const outcomes = { batch: '2026-11-02', predict: 'no model works', look: '' };
  const bench = await openBench({
    log: (event, fields = {}) => void lines.push([event, fields.batch, fields.error].filter(Boolean).join(' ')),
    source: {
      predict: ({ name }) =>
        name === '2026-11-02' ? Promise.resolve(predictedBatch()) : Promise.reject(new Error(outcomes.predict)),
      recall: async () => predictedBatch(),
    },
    findBatch: async () => {
      if (outcomes.look !== '') throw new Error(outcomes.look);
      return { name: outcomes.batch, folder: '/batches' };
    },
  });
  const said = async (looks: number) => {
    lines.length = 0;
    for (let look = 0; look < looks; look++) {
      await bench.task.look();
      await bench.task.idle();
    }
    return lines.filter((line) => /models|look/.test(line) && !/^(posting|posted) /.test(line));
  };
  outcomes.batch = '2026-11-03';
  expect(await said(5)).toEqual(['running the models 2026-11-03', 'models could not run 2026-11-03 no model works']);
  outcomes.predict = 'the disk is full';
  expect(await said(3)).toEqual(['models could not run 2026-11-03 the disk is full']);
  outcomes.look = 'nobody mounted the share';
  expect(await said(3)).toEqual(['no batch looked for, will try again Error: nobody mounted the share']);
  outcomes.look = '';
  expect(await said(3)).toEqual(['batches are looked for again']);
  outcomes.look = 'nobody mounted the share';
  expect(await said(1)).toHaveLength(1);
});

test('the operator can read why each step was chosen, one line a step', async () => {
  const steps: Record<string, unknown>[] = [];
  const debug = (event: string, fields: Record<string, unknown> = {}) => void steps.push({ event, ...fields });
  const bench = await openBench({ debug, rules: { ...rules, budget: 2 } });
  await bench.task.idle();
  expect(steps[0]).toMatchObject({ event: 'step', round: '2026-11-02', step: 'ask', labels: 0, budget: 2, open: 0 });
  expect(steps.at(-1)).toMatchObject({ step: 'wait', why: 'waits for an answer', open: 1, target: 0.95 });
  steps.length = 0;
  await answerTruly(bench);
  await answerTruly(bench);
  const done = steps.filter(({ step }) => step !== 'wait');
  expect(done).toMatchObject([
    { step: 'ask', why: expect.stringMatching(/^image \d+ tells the models apart best/), labels: 1, open: 0 },
    { step: 'finish', why: 'budget spent', labels: 2, open: 0, confidence: expect.any(Number) },
    ...done.slice(2).map(() => ({ step: 'rest', why: 'the result stands' })),
  ]);
  expect(done.length).toBeGreaterThan(2);
});
