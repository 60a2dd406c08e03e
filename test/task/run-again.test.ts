import { expect, test } from 'vitest';
import type { Predicted } from '../../src/predictions/source.ts';
import { openBench, predictedBatch } from './bench.ts';

const batch = '2026-11-02';

/** Models that fail with what stands in `reason`, once `gate` lets them, and how often they were asked. */
function openModels() {
  const models: { reason: string | undefined; gate: Promise<void>; asked: number } = {
    ...{ reason: 'Workers could not do 2 parts of the batch.', gate: Promise.resolve(), asked: 0 },
  };
  const predict = async (): Promise<Predicted> => {
    models.asked += 1;
    await models.gate;
    if (models.reason !== undefined) throw new Error(models.reason);
    return predictedBatch();
  };
  return { models, source: { predict, recall: async () => predictedBatch() } };
}

async function openFailed() {
  const { models, source } = openModels();
  const bench = await openBench({ source });
  const kinds = () => bench.store.facts(batch).flatMap(({ key, kind }) => (/^(failure|rerun)$/.test(kind) ? key : []));
  const notice = () => {
    const message = bench.room.messages.get(`${batch}:notice:failed`);
    return message?.kind === 'notice' ? message.notice : undefined;
  };
  await expect.poll(kinds).toEqual(['failure:1']);
  return { bench, models, kinds, notice };
}

test('an admin has the models run again at once: two clicks are one run, and what fails again may be answered again', async () => {
  const { bench, models, kinds, notice } = await openFailed();
  const press = (by: string, failure: number) => bench.task.runAgain({ by, batch, failure });
  expect(notice()).toMatchObject({ kind: 'batch failed', failure: 1 });
  const asked = models.asked;
  expect(await Promise.all([press('Ada', 1), press('Ada', 1)])).toEqual([
    { kind: 'begun' },
    { kind: 'begun before', by: 'Ada' },
  ]);
  await expect.poll(kinds).toEqual(['failure:1', 'rerun:1', 'failure:2']);
  expect(models.asked).toBe(asked + 1);
  await expect.poll(notice).toMatchObject({ kind: 'batch failed', failure: 2 });
  // A look that finds the same is no news.
  await bench.task.look();
  await bench.task.idle();
  expect(kinds()).toEqual(['failure:1', 'rerun:1', 'failure:2']);
  models.reason = undefined;
  expect(await press('Bo', 2)).toEqual({ kind: 'begun' });
  await expect.poll(() => bench.room.posts).toContain(`${batch}:card`);
  expect(notice()).toEqual({ kind: 'batch works', batch });
  expect(await press('Ada', 2)).toEqual({ kind: 'begun before', by: 'Bo' });
  expect(await press('Ada', 3)).toEqual({ kind: 'over' });
});

test('after a restart the models run by themselves, and the button under the old failure begins no second run', async () => {
  const { bench, models } = await openFailed();
  const { promise, resolve } = Promise.withResolvers<void>();
  models.reason = undefined;
  models.gate = promise;
  await bench.restart();
  expect(await bench.task.runAgain({ by: 'Ada', batch, failure: 1 })).toEqual({ kind: 'running' });
  resolve();
  await expect.poll(() => bench.room.posts).toContain(`${batch}:card`);
  expect(await bench.task.runAgain({ by: 'Ada', batch, failure: 1 })).toEqual({ kind: 'over' });
});
