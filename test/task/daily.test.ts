import { expect, test } from 'vitest';
import type { Batch, Predicted } from '../../src/predictions/source.ts';
import { MessageRefused } from '../../src/task/going-on/obstacle.ts';
import { answerTruly, asked, type Bench, openBench, predictedBatch } from './bench.ts';

/** What the announcement of this date says, if there is one. */
function digestOf({ room }: Bench, date: string) {
  const message = room.messages.get(`${date}:digest`);
  return message?.kind === 'digest' ? message.digest : undefined;
}

async function labelToTheEnd(bench: Bench): Promise<void> {
  while (bench.room.card().now.kind === 'asking') await answerTruly(bench);
}

async function nextBatch(bench: Bench, name: string): Promise<void> {
  bench.arrived.batch = name;
  await expect.poll(() => bench.task.look().then(() => bench.store.rounds().at(-1))).toBe(name);
}

test('the daily announcement is made once, also after a restart', async () => {
  const bench = await openBench();
  await labelToTheEnd(bench);
  await bench.task.announceDay('2026-11-02');
  await bench.task.announceDay('2026-11-02');
  await bench.restart();
  await bench.task.announceDay('2026-11-02');
  expect(bench.room.posts.filter((key) => key.endsWith(':digest'))).toEqual([]);
  expect(bench.store.facts('2026-11-02').filter(({ key }) => key.startsWith('posted:2026-11-02:digest'))).toHaveLength(
    1,
  );
});

test('an announcement that is refused as it is holds nothing up, is tried again by and by, and told once', async () => {
  const bench = await openBench();
  await labelToTheEnd(bench);
  const { post } = bench.room;
  let tries = 0;
  bench.room.post = async (message, options) => {
    if (message.kind !== 'digest') return post(message, options);
    tries += 1;
    throw new MessageRefused('invalid_blocks');
  };
  for (let minute = 0; minute < 60; minute++) {
    bench.clock.now = new Date(bench.clock.now.getTime() + 60_000);
    expect(await bench.task.announceDay('2026-11-02')).toBe(false);
  }
  expect(tries).toBeGreaterThan(4);
  expect(tries).toBeLessThan(10);
  expect(bench.room.told).toMatchObject([{ kind: 'message', batch: '2026-11-02', problem: 'invalid_blocks' }]);
  bench.room.post = post;
  bench.clock.now = new Date(bench.clock.now.getTime() + 3_600_000);
  expect(await bench.task.announceDay('2026-11-02')).toBe(true);
  expect(digestOf(bench, '2026-11-02')).toMatchObject({ deployed: { batch: '2026-11-02' } });
});

test('a day with nothing to say stays silent', async () => {
  const bench = await openBench();
  await labelToTheEnd(bench);
  await bench.task.announceDay('2026-11-02');
  bench.clock.now = new Date('2026-11-03T08:00:00Z');
  await bench.task.announceDay('2026-11-03');
  expect(digestOf(bench, '2026-11-03')).toBeUndefined();
});

test('after a weekend the announcement still tells what is new, and says what changed since the last one', async () => {
  const bench = await openBench();
  await labelToTheEnd(bench);
  await bench.task.announceDay('2026-11-02');
  const before = digestOf(bench, '2026-11-02')!.deployed!;
  bench.clock.now = new Date('2026-11-06T20:00:00Z');
  await nextBatch(bench, '2026-11-06');
  await labelToTheEnd(bench);
  bench.clock.now = new Date('2026-11-09T08:00:00Z');
  await bench.task.announceDay('2026-11-09');
  expect(digestOf(bench, '2026-11-09')).toMatchObject({ deployed: { batch: '2026-11-06' }, previous: before });
});

test('a change that was announced is not announced again while a batch waits for labels', async () => {
  const bench = await openBench();
  await labelToTheEnd(bench);
  bench.clock.now = new Date('2026-11-02T20:00:00Z');
  await nextBatch(bench, '2026-11-03');
  for (const day of ['2026-11-03', '2026-11-04']) {
    bench.clock.now = new Date(`${day}T08:00:00Z`);
    await bench.task.announceDay(day);
  }
  const { deployed, previous } = digestOf(bench, '2026-11-04')!;
  expect(previous).toEqual(deployed);
});

test('in quiet hours no batch is posted and nothing announced; labeling what is open goes on', async () => {
  const quiet = { now: false };
  const bench = await openBench({ isQuiet: () => quiet.now });
  quiet.now = true;
  const { id } = asked(bench);
  await answerTruly(bench);
  expect(asked(bench).id).not.toBe(id);
  bench.arrived.batch = '2026-11-03';
  for (let tries = 0; tries < 5; tries++) await bench.task.look();
  expect(await bench.task.announceDay('2026-11-02')).toBe(false);
  expect(bench.room.posts).toEqual(['2026-11-02:card']);
  quiet.now = false;
  await nextBatch(bench, '2026-11-03');
  expect(bench.room.posts).toEqual(['2026-11-02:card', '2026-11-02:result:1', '2026-11-03:card']);
  expect(await bench.task.announceDay('2026-11-02')).toBe(true);
});

test('the announcement names the winners of today and of yesterday, and what the deployed model is worth today', async () => {
  const days: Readonly<Record<string, Predicted>> = {
    '2026-11-02': predictedBatch([13, 7, 5, 3]),
    '2026-11-03': predictedBatch([3, 7, 5, 13]),
  };
  // The models are the same files on both days; on the second the first one is the worst, and the last one the best.
  const models = days['2026-11-02']!.models;
  const saidOn = (batch: string): Predicted => ({ ...days[batch]!, models });
  const source = { predict: async ({ name }: Batch) => saidOn(name), recall: async (name: string) => saidOn(name) };
  const bench = await openBench({ source });
  await labelToTheEnd(bench);
  await bench.task.announceDay('2026-11-02');
  expect(digestOf(bench, '2026-11-02')).toMatchObject({ won: { batch: '2026-11-02', result: { model: 'wrong-13' } } });
  expect(digestOf(bench, '2026-11-02')).not.toHaveProperty('wonBefore');
  bench.clock.now = new Date('2026-11-02T20:00:00Z');
  await nextBatch(bench, '2026-11-03');
  await labelToTheEnd(bench);
  bench.clock.now = new Date('2026-11-03T08:00:00Z');
  await bench.task.announceDay('2026-11-03');
  const { won, wonBefore } = digestOf(bench, '2026-11-03')!;
  expect(won).toMatchObject({ batch: '2026-11-03', result: { model: 'wrong-3', present: { model: 'wrong-13' } } });
  expect(wonBefore).toMatchObject({ batch: '2026-11-02', result: { model: 'wrong-13' } });
  // It is wrong on every third image of the second day.
  const { accuracy, accuracySd } = won!.result.present!;
  expect(Math.abs(accuracy - 2 / 3)).toBeLessThan(1.96 * accuracySd);
});
