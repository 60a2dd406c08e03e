import { expect, test } from 'vitest';
import { openBeliefLog } from '../../src/task/beliefs/log.ts';
import type { Beliefs, Opening } from '../../src/task/beliefs/thread.ts';
import { answerTruly, type Bench, openBench, predictedBatch } from './bench.ts';

/** The method in this thread; what each round was opened with is kept, in order. */
function watched() {
  const openings: Opening[] = [];
  const openBeliefs = (opening: Opening): Beliefs => {
    openings.push(opening);
    const log = openBeliefLog(opening);
    return {
      view: async (...asked) => log.view(...asked),
      confidencePath: async (clicks) => log.confidencePath(clicks),
      review: async (clicks) => log.review(clicks),
      measure: async (...asked) => log.measure(...asked),
      close: async () => {},
    };
  };
  return { openings, openBeliefs };
}

async function labelToTheEnd(bench: Bench): Promise<number> {
  let labels = 0;
  for (; bench.room.card().now.kind === 'asking'; labels++) await answerTruly(bench);
  return labels;
}

async function nextBatch(bench: Bench, name: string): Promise<void> {
  bench.arrived.batch = name;
  await expect.poll(() => bench.task.look().then(() => bench.store.rounds().at(-1))).toBe(name);
  await bench.task.advance();
}

function opened(bench: Bench, batch: string) {
  const [fact] = bench.store.facts(batch);
  if (fact?.kind !== 'round') throw new Error('not opened');
  return fact;
}

test('a batch starts from what the day before taught, needs fewer labels, and keeps that as a fact', async () => {
  const bench = await openBench(watched());
  const monday = await labelToTheEnd(bench);
  await nextBatch(bench, '2026-11-03');
  expect(opened(bench, '2026-11-02').takesOver).toBeUndefined();
  expect(opened(bench, '2026-11-03').takesOver).toEqual([
    { batch: '2026-11-02', answers: monday, persons: true, share: 0.5 },
  ]);
  expect(await labelToTheEnd(bench)).toBeLessThan(monday);
});

test('at most three days are taken over, and none on which nobody labeled', async () => {
  const bench = await openBench(watched());
  await answerTruly(bench);
  for (const day of ['03', '04', '05', '06']) {
    await nextBatch(bench, `2026-11-${day}`);
    if (day !== '04') await answerTruly(bench);
  }
  await nextBatch(bench, '2026-11-07');
  const batches = opened(bench, '2026-11-07').takesOver?.map(({ batch }) => batch);
  expect(batches).toEqual(['2026-11-03', '2026-11-05', '2026-11-06']);
});

test('after a restart a round has the same bits, with what it took over', async () => {
  const { openings, openBeliefs } = watched();
  const bench = await openBench({ openBeliefs });
  await labelToTheEnd(bench);
  await nextBatch(bench, '2026-11-03');
  await answerTruly(bench);
  const before = await bench.task.status();
  await bench.restart();
  expect(await bench.task.status()).toEqual(before);
  const [atOpening, atRestart] = openings.filter(({ earlier = [] }) => earlier.length > 0);
  expect(atRestart).toEqual(atOpening);
});

test('a day that cannot be read any more keeps no round from opening: it starts from nothing, and the log says so', async () => {
  const said: string[] = [];
  const recall = async () => {
    throw new Error('its predictions were removed');
  };
  const source = { predict: async () => predictedBatch(), recall };
  const bench = await openBench({ ...watched(), source, log: (text) => void said.push(text) });
  await answerTruly(bench);
  await nextBatch(bench, '2026-11-03');
  expect(opened(bench, '2026-11-03').takesOver).toBeUndefined();
  expect(said).toContain('starts from nothing: an earlier day cannot be read');
});
