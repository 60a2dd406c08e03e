import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { openBeliefs } from '../../src/task/beliefs/thread.ts';
import { openTask } from '../../src/task/task.ts';
import { answerTruly, asked, openBench, predictedBatch, rules } from './bench.ts';

async function playToTheEnd(restartAfter: readonly number[]) {
  const bench = await openBench();
  for (let answers = 0; bench.room.card().now.kind === 'asking'; answers++) {
    if (restartAfter.includes(answers)) {
      await bench.restart();
      expect(bench.room.posts).toEqual([]);
    }
    await answerTruly(bench);
  }
  return bench;
}

test('a round that is restarted again and again ends with the same winner from the same labels', async () => {
  const whole = await playToTheEnd([]);
  const broken = await playToTheEnd([0, 1, 2, 5, 9]);
  const story = ({ store }: typeof whole) =>
    store.facts('2026-11-02').map((fact) => ({ ...fact, at: '', ...(fact.kind === 'posted' && { ts: '' }) }));
  expect(story(broken)).toEqual(story(whole));
});

test('after a restart the card asks what it asked before', async () => {
  const bench = await openBench();
  await answerTruly(bench);
  const before = asked(bench);
  await bench.restart();
  expect(asked(bench)).toEqual(before);
});

test('predictions other than those the labels are about are refused', async () => {
  const bench = await openBench();
  const other = predictedBatch([11, 7, 5, 3]);
  const task = openTask({
    store: bench.store,
    channel: bench.room,
    source: { predict: async () => other, recall: async () => other },
    findBatch: async () => undefined,
    batchNamed: (name) => ({ name, folder: '/batches' }),
    target: { name: 'nowhere', handOver: async () => {}, serving: async () => undefined },
    rules,
    lookingIn: '/batches',
    now: () => new Date(),
    log: () => {},
  });
  await expect(task.look()).rejects.toThrow(/predictions of batch 2026-11-02 are not those/);
});

test('a click that comes before the round is read from disk counts', async () => {
  const bench = await openBench();
  const { id } = asked(bench);
  await bench.restart({ advances: false });
  expect(await bench.task.answer({ question: id, class: 0, annotator: 'U1' })).toMatchObject({ kind: 'recorded' });
});

test('after a restart the method thinks before anybody asks, and the images that come next are made ready', async () => {
  const bench = await openBench();
  await answerTruly(bench);
  await bench.restart({ advances: false });
  await expect.poll(() => bench.room.prepared.length).toBeGreaterThan(1);
  // The card's own comes first: whoever looks at it waits for nothing else.
  await bench.task.look();
  expect(bench.room.prepared[0]).toEqual(asked(bench).image);
});

test('a thread of the method that dies is started anew, and goes on from the answers', async () => {
  const threads: Worker[] = [];
  const beliefs = openBeliefs({ matrix: predictedBatch().predictions, rules }, (url) => {
    const thread = new Worker(url);
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
  const bench = await openBench();
  bench.arrived.batch = '2026-11-03';
  await bench.task.look();
  await expect.poll(() => bench.room.posts).toContain('2026-11-03:card');
  await bench.restart();
  expect(bench.room.messages.get('2026-11-02:card')).toMatchObject({ card: { now: { kind: 'finished' } } });
});

let hasBatches = true;
test('labeling goes on while the folder of batches is away', async () => {
  const bench = await openBench({
    findBatch: async () => {
      if (hasBatches) return { name: '2026-11-02', folder: '/batches' };
      throw new Error('stale file handle');
    },
  });
  hasBatches = false;
  const first = asked(bench).id;
  await answerTruly(bench);
  expect(asked(bench).id).not.toBe(first);
});
