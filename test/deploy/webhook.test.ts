import { channel } from 'node:diagnostics_channel';
import { expect, onTestFinished, test } from 'vitest';
import type { Listener } from '../../src/deploy/listener.ts';
import { webhook } from '../../src/deploy/webhook.ts';
import { answerTruly, type Bench, openBench, predictedBatch } from '../task/bench.ts';
import { type Delivery, type Mood, type Receiver, SECRET, startReceiver } from './receiver.ts';

const batch = '2026-11-02';

/** A receiver that is there until the test ends. */
async function openReceiver(elsewhere?: string): Promise<Receiver> {
  const receiver = await startReceiver(elsewhere);
  onTestFinished(() => {
    expect(receiver.forged).toEqual([]);
    return receiver.stop();
  });
  return receiver;
}

const { signal } = new AbortController();

/**
 * Its patience is short only while the receiver does not answer. A busy machine may take longer than that even to send, so it
 * grows until what is sent arrives: nothing here depends on how fast the machine is.
 */
function sender(receiver: Receiver, events?: Parameters<typeof webhook>[0]['events']): Listener {
  const [name, { url }] = ['the receiver', receiver];
  const open = (timeoutMs: number) =>
    webhook({ name, url, secret: SECRET, events, now: () => new Date(), timeoutMs, signal });
  const patient = open(120_000);
  let patienceMs = 400;
  return {
    ...patient,
    tell: async (event) => {
      if (receiver.answers()) return patient.tell(event);
      const before = receiver.tries.length;
      return open(patienceMs)
        .tell(event)
        .finally(() => {
          if (receiver.tries.length === before) patienceMs *= 2;
        });
    },
  };
}

async function labelToTheEnd(bench: Bench): Promise<void> {
  while (bench.room.card().now.kind === 'asking') await answerTruly(bench);
}

async function pass(bench: Bench, seconds: number): Promise<void> {
  bench.clock.now = new Date(bench.clock.now.getTime() + 1000 * seconds);
  await bench.task.advance();
  await bench.task.handedOver();
}

/** Longer than any wait between two tries, again and again. */
async function passUntil(bench: Bench, isSo: () => boolean): Promise<void> {
  while (!isSo()) await pass(bench, 600);
}

const types = (deliveries: readonly Delivery[]) => deliveries.map(({ type }) => type);

test('what happens in a round is told in order, signed, each event once', async () => {
  const receiver = await openReceiver();
  const bench = await openBench({ listeners: [sender(receiver)] });
  await labelToTheEnd(bench);
  await bench.task.pin({ kind: 'model', model: 'wrong-5', by: 'U9', why: 'night' });
  await bench.task.idle();
  await bench.task.reopen('U1');
  await bench.task.idle();
  await bench.task.handedOver();
  expect(types(receiver.taken)).toEqual([
    ...['round.opened', 'winner.announced', 'winner.deployed', 'winner.deployed', 'winner.withdrawn'],
  ]);
  expect(receiver.taken[0]?.data).toMatchObject({ batch, images: 60, classes: ['cat', 'dog', 'owl'] });
  expect(receiver.taken[3]?.data).toMatchObject({ model: 'wrong-5', pinned: { by: 'U9', why: 'night' } });
  expect(new Set(receiver.taken.map(({ id }) => id)).size).toBe(5);
  // A restart tells nothing again.
  await bench.restart();
  await bench.task.handedOver();
  expect(receiver.taken).toHaveLength(5);
});

test('to go back to an earlier winner is an event of its own, and so are a failed batch and a failed hand-over', async () => {
  const receiver = await openReceiver();
  let isBroken = false;
  const bench = await openBench({
    listeners: [sender(receiver)],
    targets: [
      {
        name: 'a registry',
        handOver: async () => Promise.reject(new Error('It is down. Start it.')),
        serving: async () => undefined,
      },
    ],
    source: {
      predict: async () => (isBroken ? Promise.reject(new Error('There is no image.')) : predictedBatch()),
      recall: async () => predictedBatch(),
    },
  });
  await labelToTheEnd(bench);
  await bench.task.pin({ kind: 'winner', named: { batch, result: 1 }, by: 'U9' });
  await bench.task.idle();
  isBroken = true;
  bench.arrived.batch = '2026-11-03';
  await expect
    .poll(() => bench.task.look().then(() => bench.store.rounds()), { timeout: 20_000 })
    .toContain('2026-11-03');
  await bench.task.handedOver();
  const told = new Map(receiver.taken.map((delivery) => [delivery.type, delivery.data]));
  expect(told.get('rolled_back')).toMatchObject({ batch, model: 'wrong-13', pinned: { by: 'U9' } });
  expect(told.get('batch.failed')).toEqual({ batch: '2026-11-03', reason: 'There is no image.' });
  expect(told.get('handover.failed')).toMatchObject({ target: 'a registry', problem: 'It is down. Start it.' });
});

const cures: [Mood, RegExp][] = [
  ['error 500', /answers with status 500. Look into the receiver’s log/],
  ['hangs', /did not answer within [\d.]+ s/],
  ['redirects', /a redirect to .*, which is not followed: write the final address/],
  ['closes early', /did not answer: .*Is it running/],
];

test.each(cures)(
  'a receiver that %s gets the same event again until it takes it, then the others in order',
  async (mood, cure) => {
    const receiver = await openReceiver();
    receiver.mood = mood;
    const bench = await openBench({ listeners: [sender(receiver)] });
    await bench.task.handedOver();
    await labelToTheEnd(bench);
    await passUntil(bench, () => receiver.tries.length >= 4);
    expect(receiver.taken).toEqual([]);
    expect(new Set(receiver.tries.map(({ id }) => id)).size).toBe(1);
    // Labeling waited for nothing, and admins heard of it once.
    expect(bench.room.posts).toContain(`${batch}:result:1`);
    expect(bench.room.told).toMatchObject([
      { kind: 'event', target: 'the receiver', problem: expect.stringMatching(cure) },
    ]);
    receiver.mood = 'well';
    await bench.restart();
    await bench.task.handedOver();
    expect(types(receiver.taken)).toEqual(['round.opened', 'winner.announced', 'winner.deployed']);
  },
);

test('what was taken while the answer was lost comes again with the same id', async () => {
  const receiver = await openReceiver();
  receiver.mood = 'answers late';
  const bench = await openBench({ listeners: [sender(receiver)] });
  await passUntil(bench, () => receiver.taken.length > 0);
  receiver.mood = 'well';
  await passUntil(bench, () => receiver.taken.length > 1);
  const [lost, again] = receiver.taken;
  expect(again).toEqual(lost);
});

test('410 ends it: nothing is sent any more, also after a restart, and admins hear of it once', async () => {
  const receiver = await openReceiver();
  receiver.mood = 'gone';
  const bench = await openBench({ listeners: [sender(receiver)] });
  await bench.task.handedOver();
  await labelToTheEnd(bench);
  await pass(bench, 3_600);
  expect(bench.room.told).toMatchObject([{ kind: 'receiver gone', target: 'the receiver' }]);
  await bench.restart();
  await bench.task.handedOver();
  expect(receiver.tries).toHaveLength(1);
  expect(bench.room.told).toEqual([]);
});

test('only what the settings ask for is told', async () => {
  const receiver = await openReceiver();
  const bench = await openBench({ listeners: [sender(receiver, ['winner.deployed'])] });
  await labelToTheEnd(bench);
  await bench.task.handedOver();
  expect(types(receiver.taken)).toEqual(['winner.deployed']);
});

test('no address is dialed but the one in the settings, whatever a receiver answers', async () => {
  const dialed = new Set<string>();
  const note = (message: unknown) => {
    const { connectParams } = message as { connectParams: { hostname: string; port: string } };
    dialed.add(`${connectParams.hostname}:${connectParams.port}`);
  };
  channel('undici:client:beforeConnect').subscribe(note);
  onTestFinished(() => void channel('undici:client:beforeConnect').unsubscribe(note));
  const elsewhere = await openReceiver();
  const receiver = await openReceiver(elsewhere.url);
  receiver.mood = 'redirects';
  const bench = await openBench({ listeners: [sender(receiver)] });
  await bench.task.handedOver();
  for (const mood of ['error 500', 'closes early', 'well'] as const) {
    receiver.mood = mood;
    await pass(bench, 120);
  }
  expect([receiver.tries.length, receiver.taken.length]).toEqual([4, 1]);
  expect(elsewhere.tries).toEqual([]);
  expect([...dialed]).toEqual([new URL(receiver.url).host]);
});
