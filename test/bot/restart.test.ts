import { expect, test } from 'vitest';
import { createBot } from '../../src/bot/bot.ts';
import { answerTruly, asked, openOffice, predictedBatch, rules } from './room.ts';

async function playToTheEnd(restartAfter: readonly number[]) {
  const office = await openOffice();
  for (let answers = 0; office.room.card().now.kind === 'asking'; answers++) {
    if (restartAfter.includes(answers)) {
      await office.restart();
      expect(office.room.posts).toEqual([]);
    }
    await answerTruly(office);
  }
  return office;
}

test('a round that is restarted again and again ends with the same winner from the same labels', async () => {
  const whole = await playToTheEnd([]);
  const broken = await playToTheEnd([0, 1, 2, 5, 9]);
  const story = ({ store }: typeof whole) =>
    store.facts('2026-11-02').map((fact) => ({ ...fact, at: '', ...(fact.kind === 'posted' && { ts: '' }) }));
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
  const other = predictedBatch([11, 7, 5, 3]);
  const bot = createBot({
    store: office.store,
    channel: office.room,
    pool: { predict: async () => other, recall: async () => other },
    findBatch: async () => undefined,
    batchNamed: (name) => ({ name, folder: '/batches' }),
    deploy: async () => {},
    rules,
    lookingIn: '/batches',
    now: () => new Date(),
    log: () => {},
  });
  await expect(bot.advance()).rejects.toThrow(/predictions of batch 2026-11-02 are not those/);
});
