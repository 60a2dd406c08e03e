import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { openBeliefs } from '../../src/task/beliefs/thread.ts';
import { createBot } from '../../src/task/bot.ts';
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

test('a click that comes before the round is read from disk counts', async () => {
  const office = await openOffice();
  const { id } = asked(office);
  await office.restart({ advances: false });
  expect(await office.bot.answer({ question: id, class: 0, annotator: 'U1' })).toMatchObject({ kind: 'recorded' });
});

test('a thread of the method that dies is started anew, and goes on from the answers', async () => {
  const threads: Worker[] = [];
  const beliefs = openBeliefs({ matrix: predictedBatch().predictions, rules }, (url, options) => {
    const thread = new Worker(url, options);
    threads.push(thread);
    return thread;
  });
  const clicks = [{ image: 2, class: 2, annotator: 'U1' }];
  const before = await beliefs.view(clicks, [], 3);
  // In this order: a thread that was asked first may answer before it ends.
  const ending = threads[0]!.terminate();
  await expect(beliefs.confidencePath(clicks)).rejects.toThrow(/thread of the method ended/);
  await ending;
  expect(await beliefs.view(clicks, [], 3)).toEqual(before);
  expect(threads).toHaveLength(2);
  await beliefs.close();
});

test('an older round’s card says that it is over, also when the edit that said so was lost in a crash', async () => {
  const office = await openOffice();
  office.arrived.batch = '2026-11-03';
  await office.bot.advance();
  await expect.poll(() => office.room.posts).toContain('2026-11-03:card');
  await office.restart();
  expect(office.room.messages.get('2026-11-02:card')).toMatchObject({ card: { now: { kind: 'finished' } } });
});

let hasBatches = true;
test('labelling goes on while the folder of batches is away', async () => {
  const office = await openOffice({
    findBatch: async () => {
      if (hasBatches) return { name: '2026-11-02', folder: '/batches' };
      throw new Error('stale file handle');
    },
  });
  hasBatches = false;
  const first = asked(office).id;
  await answerTruly(office);
  expect(asked(office).id).not.toBe(first);
});
