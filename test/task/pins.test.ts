import { expect, test } from 'vitest';
import { answerTruly, type Bench, openBench, rules } from './bench.ts';

const [first, second] = ['2026-11-02', '2026-11-03'];

async function labelToTheEnd(bench: Bench): Promise<void> {
  while (bench.room.card().now.kind === 'asking') await answerTruly(bench);
}

async function nextBatch(bench: Bench, name: string): Promise<void> {
  bench.arrived.batch = name;
  for (let tries = 0; tries < 200 && bench.room.card().batch !== name; tries++) {
    await bench.task.look();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** What people are told stands for a result. */
const announced = (bench: Bench, batch: string) => {
  const message = bench.room.messages.get(`${batch}:result:1`);
  if (message?.kind !== 'result') throw new Error(`Nothing was announced for ${batch}.`);
  return message.announcement;
};

async function openTwoDays(settings: Parameters<typeof openBench>[0] = {}): Promise<Bench> {
  const bench = await openBench(settings);
  await labelToTheEnd(bench);
  await nextBatch(bench, second);
  return bench;
}

const pinned = async (bench: Bench) => {
  const status = await bench.task.status();
  return status.kind === 'round' ? status.deployed : undefined;
};

test('a model that an admin pins serves at once, and a new winner waits until an admin says yes to it', async () => {
  const bench = await openTwoDays();
  expect(await bench.task.pin({ kind: 'model', model: 'wrong-5', by: 'U9', why: 'night shift' })).toEqual({
    kind: 'pinned',
    model: 'wrong-5',
  });
  await bench.task.idle();
  expect(bench.deployed).toEqual(['wrong-13', 'wrong-5']);
  expect(await pinned(bench)).toMatchObject({ result: { model: 'wrong-5' }, pinned: { by: 'U9', why: 'night shift' } });
  expect(bench.room.messages.get(`${second}:notice:pin-1`)).toMatchObject({
    notice: { kind: 'pinned', by: 'U9', model: 'wrong-5', why: 'night shift', isRollback: false },
  });
  await labelToTheEnd(bench);
  expect(announced(bench, second).result.doubt).toBe('another is pinned');
  expect(announced(bench, second).previous).toMatchObject({ model: 'wrong-5' });
  expect(bench.deployed).toHaveLength(2);
  await bench.task.announceDay(second);
  expect(bench.room.messages.get(`${second}:digest`)).toMatchObject({ digest: { deployed: { pinned: { by: 'U9' } } } });
  await bench.task.rule({ by: 'U9', named: { batch: second, result: 1 }, deploys: true });
  await bench.task.idle();
  expect(bench.deployed).toEqual(['wrong-13', 'wrong-5', 'wrong-13']);
  expect(await pinned(bench)).not.toHaveProperty('pinned');
});

test('to keep the pinned one is an answer, too, and after unpin the last winner serves again', async () => {
  const bench = await openTwoDays();
  await bench.task.pin({ kind: 'model', model: 'wrong-7', by: 'U9' });
  await labelToTheEnd(bench);
  await bench.task.rule({ by: 'U9', named: { batch: second, result: 1 }, deploys: false });
  await bench.task.idle();
  expect(bench.deployed).toEqual(['wrong-13', 'wrong-7']);
  expect(await bench.task.unpin('U9')).toEqual({ kind: 'unpinned', model: 'wrong-7', serves: 'wrong-13' });
  await bench.task.idle();
  expect(bench.deployed).toEqual(['wrong-13', 'wrong-7', 'wrong-13']);
  expect(await pinned(bench)).toMatchObject({ batch: first });
  expect(await bench.task.unpin('U9')).toEqual({ kind: 'not pinned' });
});

test('an admin goes back to an earlier winner, whose message says that it serves again', async () => {
  const bench = await openTwoDays();
  await labelToTheEnd(bench);
  expect(announced(bench, first).replacedBy).toMatchObject({ batch: second });
  const [earlier] = bench.task.earlierWinners();
  expect(earlier).toMatchObject({ batch: first, result: { model: 'wrong-13', isWinner: true } });
  const named = { batch: first, result: 1 };
  await bench.task.pin({ kind: 'winner', named, by: 'U9', why: 'cameras' });
  await bench.task.idle();
  expect(await pinned(bench)).toMatchObject({ batch: first, pinned: { why: 'cameras', isRollback: true } });
  expect(announced(bench, second).replacedBy).toMatchObject({ batch: first });
  expect(bench.task.earlierWinners()).toMatchObject([{ batch: second }]);
  expect(await bench.task.pin({ kind: 'winner', named: { batch: first, result: 7 }, by: 'U9' })).toEqual({
    kind: 'no such winner',
  });
});

test('a name that no model of the pool has is refused, with the names there are', async () => {
  const bench = await openBench();
  const outcome = await bench.task.pin({ kind: 'model', model: 'wrong', by: 'U9' });
  expect(outcome).toEqual({ kind: 'no such model', models: ['wrong-13', 'wrong-7', 'wrong-5', 'wrong-3'] });
});

test('where admins decide, a winner waits for a yes, but not one that serves already', async () => {
  const bench = await openBench({ rules: { ...rules, deploy: 'ask' } });
  await labelToTheEnd(bench);
  expect(announced(bench, first).result.doubt).toBe('admins decide');
  expect(bench.deployed).toEqual([]);
  await bench.task.rule({ by: 'U9', named: { batch: first, result: 1 }, deploys: true });
  await bench.task.idle();
  expect(bench.deployed).toEqual(['wrong-13']);
  await nextBatch(bench, second);
  await labelToTheEnd(bench);
  expect(announced(bench, second).result).not.toHaveProperty('doubt');
  expect(await pinned(bench)).toMatchObject({ batch: second });
});

test('killed between the word and the deed, or after it, what serves is what the facts say', async () => {
  // Each of these targets dies at another moment: before it does anything, and after it has done all.
  for (const moment of ['before', 'after'] as const) {
    let isDying = false;
    const served: string[] = [];
    const bench = await openTwoDays({
      target: {
        name: 'a shelf',
        handOver: async ({ result: { model }, pinned: pin }) => {
          if (isDying && moment === 'before') throw new Error('killed');
          served.push(`${model}${pin ? ' pinned' : ''}`);
          if (isDying) throw new Error('killed');
        },
        serving: async () => undefined,
      },
    });
    isDying = true;
    await bench.task.pin({ kind: 'model', model: 'wrong-5', by: 'U9' });
    await bench.task.idle();
    expect(bench.store.facts(second).filter(({ kind }) => kind === 'placement')).toEqual([]);
    isDying = false;
    await bench.restart();
    await bench.task.idle();
    expect(served.at(-1)).toBe('wrong-5 pinned');
    await bench.task.unpin('U9');
    await bench.restart();
    await bench.task.idle();
    expect(served.at(-1)).toBe('wrong-13');
    const placed = bench.store.facts(second).filter(({ kind }) => kind === 'placement');
    expect(placed).toMatchObject([{ pin: `${second}-pin-1` }, { of: first, result: 1 }]);
  }
});
