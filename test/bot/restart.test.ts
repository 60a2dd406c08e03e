import { expect, test } from 'vitest';
import { answerTruly, asked, openOffice } from './room.ts';

async function playToTheEnd(restartAfter: readonly number[]) {
  const office = await openOffice();
  for (let answers = 0; office.room.posts.length === 0 || office.room.card().now.kind === 'asking'; answers++) {
    if (restartAfter.includes(answers)) {
      await office.restart();
      // A new process knows only what is on disk; its card is edited in place, not posted again.
      expect(office.room.posts).toEqual([]);
      if (office.room.card().now.kind !== 'asking') break;
    }
    await answerTruly(office);
    if (office.room.card().now.kind !== 'asking') break;
  }
  return office;
}

test('a round that is restarted again and again ends with the same winner from the same labels', async () => {
  const whole = await playToTheEnd([]);
  const broken = await playToTheEnd([0, 1, 2, 5, 9]);
  const story = (office: typeof whole) =>
    office.store
      .facts('2026-11-02')
      .map(({ at: _, ...fact }) => fact)
      .filter(({ kind }) => kind !== 'question');
  expect(story(broken)).toEqual(story(whole));
});

test('after a restart the card asks what it asked before', async () => {
  const office = await openOffice();
  await answerTruly(office);
  const before = asked(office);
  await office.restart();
  expect(asked(office)).toEqual(before);
});

test('predictions other than those the labels are about are refused', async () => {
  const office = await openOffice();
  const { predictedBatch } = await import('./room.ts');
  const other = predictedBatch([11, 7, 5, 3]);
  const { createBot } = await import('../../src/bot/bot.ts');
  const bot = createBot({
    store: office.store,
    channel: office.room,
    pool: { predict: async () => other, recall: async () => other },
    findBatch: async () => undefined,
    batchNamed: (name) => ({ name, folder: '/batches' }),
    deploy: async () => {},
    rules: { confidence: 0.95, tolerance: 0, budget: 9, clickError: 0, opinions: 1, deadlineHours: 0 },
    lookingIn: '/batches',
    now: () => new Date(),
    log: () => {},
  });
  await expect(bot.advance()).rejects.toThrow(/predictions of batch 2026-11-02 are not those/);
});
