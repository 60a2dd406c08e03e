import { expect, test } from 'vitest';
import type { Log } from '../../src/log.ts';
import { answerTruly, asked, type Bench, openBench, predictedBatch, rules, truth } from './bench.ts';

const batch = '2026-11-02';
const measuring = { rules: { ...rules, measure: 8 } };
/** Enough images that the winner leaves many unlabeled, unanimous ones among them. */
const bigger = predictedBatch([13, 7, 5, 3], 240);
const source = { predict: async () => bigger, recall: async () => bigger };

const shownNow = ({ room }: Bench) => room.card().now;

async function labelUntilWinner(bench: Bench): Promise<void> {
  for (let now = shownNow(bench); now.kind === 'asking' && !now.check; now = shownNow(bench)) await answerTruly(bench);
}

function announced({ room }: Bench, number = 1) {
  const message = room.messages.get(`${batch}:result:${number}`);
  if (message?.kind !== 'result') throw new Error(`Result ${number} was not announced.`);
  return message.announcement;
}

/** Numbers of the images that were asked about to measure a result, in the order of the questions. */
function drawn({ store }: Bench): number[] {
  return store
    .facts(batch)
    .flatMap((fact) => (fact.kind === 'question' && fact.measures !== undefined ? [fact.image] : []));
}

const measuredThere = ({ store }: Bench) => store.facts(batch).filter(({ kind }) => kind === 'measured');

test('a winner is deployed at once, and eight images drawn at random say how often it is right', async () => {
  const logged: object[] = [];
  const log: Log = (event, fields) => void logged.push({ event, ...fields });
  const bench = await openBench({ ...measuring, source, log });
  await labelUntilWinner(bench);
  const { result, leaderboard: before } = announced(bench);
  expect(bench.deployed).toEqual([result.model]);
  expect(logged).toContainEqual(expect.objectContaining({ event: 'deployment', model: result.model }));
  expect(shownNow(bench)).toMatchObject({ check: { model: result.model, done: 0, of: 8 } });
  expect(announced(bench)).toMatchObject({ isMeasuring: true });
  for (let n = 0; n < 8; n++) await answerTruly(bench);
  expect(shownNow(bench)).toEqual({ kind: 'finished', result });
  const { measured, isMeasuring, leaderboard } = announced(bench);
  expect(isMeasuring).toBeUndefined();
  // The picture shows what was measured; the others are as far from the winner as they were.
  expect(leaderboard.models[0]).toMatchObject({ name: result.model, accuracy: measured!.accuracy });
  expect(leaderboard.models[0]!.accuracy - leaderboard.models[1]!.accuracy).toBeCloseTo(
    before.models[0]!.accuracy - before.models[1]!.accuracy,
    9,
  );
  const right = Array.from({ length: 240 }, (_, image) => image).filter(
    (image) => bigger.predictions.classes[image * 4] === truth(image),
  );
  expect(measured!.looks).toHaveLength(8);
  expect(Math.abs(measured!.accuracy - right.length / 240)).toBeLessThan(measured!.halfWidth);
  // One line, in the thread of the announcement.
  const lines = [...bench.room.messages.values()].filter((one) => one.kind === 'notice');
  expect(lines).toMatchObject([{ notice: { kind: 'measured', measured }, under: `${batch}:result:1` }]);
});

test('images that will be drawn are on Slack before the winner stands, so that nobody waits for them', async () => {
  const bench = await openBench({ ...measuring, source });
  let ahead = new Set<string>();
  for (let now = shownNow(bench); now.kind === 'asking' && !now.check; now = shownNow(bench)) {
    ahead = new Set(bench.room.prepared.map(({ key }) => key));
    await answerTruly(bench);
  }
  while (shownNow(bench).kind === 'asking') await answerTruly(bench);
  const images = drawn(bench);
  expect(images).toHaveLength(8);
  // The last label may be one of an image that would have been drawn, and another takes its place.
  expect(images.filter((image) => !ahead.has(`${batch}/${bigger.images[image]!.file}`)).length).toBeLessThan(2);
});

test('images are drawn from all that nobody has labeled, those on which all models agree included', async () => {
  const bench = await openBench({ rules: { ...rules, measure: 60 }, source });
  await labelUntilWinner(bench);
  const before = new Set(bench.store.facts(batch).flatMap((fact) => (fact.kind === 'answer' ? [fact.image] : [])));
  while (shownNow(bench).kind === 'asking') await answerTruly(bench);
  const images = drawn(bench);
  expect(new Set(images).size).toBe(60);
  expect(images.filter((image) => before.has(image))).toEqual([]);
  const isUnanimous = (image: number) =>
    new Set(bigger.predictions.classes.subarray(image * 4, image * 4 + 4)).size === 1;
  expect(images.filter(isUnanimous).length).toBeGreaterThan(10);
});

test('where more is wanted than is left, every image that is left is drawn', async () => {
  const bench = await openBench({ rules: { ...rules, measure: 60 } });
  await labelUntilWinner(bench);
  const labeled = bench.store.facts(batch).flatMap((fact) => (fact.kind === 'answer' ? [fact.image] : []));
  while (shownNow(bench).kind === 'asking') await answerTruly(bench);
  expect(shownNow(bench).kind).toBe('finished');
  expect([...labeled, ...drawn(bench)].toSorted((a, b) => a - b)).toEqual([...Array(60).keys()]);
});

test('killed amid the check and started again, it draws the same images and says the same', async () => {
  const [left, killed] = [await openBench({ ...measuring, source }), await openBench({ ...measuring, source })];
  for (const bench of [left, killed]) await labelUntilWinner(bench);
  for (let n = 0; n < 8; n++) {
    await answerTruly(left);
    await answerTruly(killed);
    if (n % 3 === 0) await killed.restart();
  }
  expect(drawn(killed)).toEqual(drawn(left));
  expect(measuredThere(killed)).toEqual(measuredThere(left));
  expect(measuredThere(left)).toHaveLength(1);
});

test('people who label on their own measure too, and nobody is asked twice', async () => {
  const bench = await openBench({ ...measuring, source });
  await labelUntilWinner(bench);
  for (let turn = 0; turn < 4; turn++) {
    const leases = await Promise.all(['U2', 'U3'].map((person) => bench.task.lease(person)));
    for (const [at, lease] of leases.entries()) {
      if (lease.kind !== 'question') continue;
      expect(lease.check).toMatchObject({ of: 8 });
      await bench.task.answer({ question: lease.question.id, class: 0, annotator: ['U2', 'U3'][at]! });
    }
  }
  while (shownNow(bench).kind === 'asking') await answerTruly(bench);
  expect(new Set(drawn(bench)).size).toBe(drawn(bench).length);
  expect(await bench.task.lease('U2')).toEqual({ kind: 'nothing to ask', because: 'over' });
});

test('where all that is left stands on the card, a lane asks about it too', async () => {
  const bench = await openBench({ ...measuring, source });
  await labelUntilWinner(bench);
  for (let n = 1; n < 8; n++) await bench.task.lease(`U${n}`);
  const { id } = asked(bench);
  expect(await bench.task.lease('U8')).toMatchObject({ kind: 'question', question: { id } });
  expect(await bench.task.putOff(id, 'U8')).toBe(false);
  expect(await bench.task.answer({ question: id, class: 0, annotator: 'U8' })).toMatchObject({ kind: 'recorded' });
  await bench.task.advance();
  expect(shownNow(bench)).toEqual({ kind: 'all taken' });
  expect(await bench.task.lease('U8')).toEqual({ kind: 'nothing to ask', because: 'all taken' });
});

test('people may stop: what five or more images say is said, and less is not', async () => {
  const named = { batch, result: 1 };
  for (const [given, says] of [
    [2, 0],
    [5, 1],
  ] as const) {
    const bench = await openBench({ ...measuring, source });
    await labelUntilWinner(bench);
    for (let n = 0; n < given; n++) await answerTruly(bench);
    const late = asked(bench).id;
    expect(await bench.task.measure({ by: 'U1', named, more: false })).toEqual({ kind: 'ended' });
    await bench.task.advance();
    expect(shownNow(bench).kind).toBe('finished');
    expect(measuredThere(bench)).toHaveLength(says);
    expect(await bench.task.answer({ question: late, class: 0, annotator: 'U1' })).toEqual({ kind: 'over' });
  }
});

test('where nobody is asked by default, somebody may want it measured, and then more closely', async () => {
  const bench = await openBench({ source });
  await labelUntilWinner(bench);
  expect(shownNow(bench).kind).toBe('finished');
  const more = () => bench.task.measure({ by: 'U9', named: { batch, result: 1 }, more: true });
  expect(await more()).toEqual({ kind: 'begun' });
  await bench.task.advance();
  expect(await more()).toEqual({ kind: 'already measured' });
  while (shownNow(bench).kind === 'asking') await answerTruly(bench);
  const first = announced(bench).measured!;
  await more();
  await bench.task.advance();
  while (shownNow(bench).kind === 'asking') await answerTruly(bench);
  const second = announced(bench).measured!;
  expect([first.looks.length, second.looks.length]).toEqual([20, 40]);
  expect(second.halfWidth).toBeLessThan(first.halfWidth);
});

test('labels that measure a winner decide nothing: undone, the winner stands, and the image is asked about again', async () => {
  const bench = await openBench({ ...measuring, source });
  await labelUntilWinner(bench);
  for (let n = 0; n < 3; n++) await answerTruly(bench);
  const { answer, isRelied } = bench.task.history()[0]!;
  expect(isRelied).toBeUndefined();
  expect(await bench.task.undo({ answer, by: 'U1', isAdmin: false })).toMatchObject({
    kind: 'undone',
    withdrew: false,
  });
  await bench.task.advance();
  expect(shownNow(bench)).toMatchObject({ check: { done: 2 } });
  while (shownNow(bench).kind === 'asking') await answerTruly(bench);
  expect(announced(bench)).toMatchObject({ measured: { looks: { length: 8 } } });
});

test('a winner that is withdrawn amid its check ends it without a word, and its labels count as any other', async () => {
  const bench = await openBench({ ...measuring, source });
  await labelUntilWinner(bench);
  const { labels } = announced(bench).result;
  for (let n = 0; n < 6; n++) await answerTruly(bench);
  const late = asked(bench).id;
  await bench.task.reopen('U1', { batch, result: 1 });
  await bench.task.advance();
  expect(measuredThere(bench)).toEqual([]);
  expect(shownNow(bench)).not.toHaveProperty('check');
  expect(bench.room.card().progress.labels).toBe(labels + 6);
  // Somebody was still looking at an image of the check.
  await bench.task.answer({ question: late, class: 0, annotator: 'U1' });
  await bench.task.advance();
  expect(bench.room.card().progress.labels).toBe(labels + 7);
});

test('a newer batch ends the check with what was seen so far, in the announcement and not in a message', async () => {
  const bench = await openBench({ ...measuring, source });
  await labelUntilWinner(bench);
  for (let n = 0; n < 6; n++) await answerTruly(bench);
  bench.arrived.batch = '2026-11-03';
  await expect.poll(() => bench.task.look().then(() => bench.store.rounds().at(-1))).toBe('2026-11-03');
  await bench.task.advance();
  expect(bench.room.messages.get(`${batch}:card`)).toMatchObject({ card: { now: { kind: 'finished' } } });
  expect(announced(bench)).toMatchObject({ isClosed: true, measured: { looks: { length: 6 } } });
  expect(bench.room.posts.filter((key) => key.includes('measured'))).toEqual([]);
});

test('a winner that cannot be handed over yet is measured meanwhile', async () => {
  const failing = {
    name: 'down',
    handOver: async () => Promise.reject(new Error('down')),
    serving: async () => undefined,
  };
  const bench = await openBench({ ...measuring, source, target: failing });
  await labelUntilWinner(bench);
  expect(announced(bench)).toMatchObject({ isPending: true });
  for (let n = 0; n < 8; n++) await answerTruly(bench);
  expect(announced(bench)).toMatchObject({ isPending: true, measured: { looks: { length: 8 } } });
});

test('the audit counts what was announced, and what random images could check', async () => {
  const bench = await openBench({ ...measuring, source });
  expect(bench.task.trust()).toMatchObject({ announced: 0, claims: 0 });
  await labelUntilWinner(bench);
  expect(bench.task.trust()).toMatchObject({ announced: 1, claims: 0 });
  for (let n = 0; n < 8; n++) await answerTruly(bench);
  expect(bench.task.trust()).toMatchObject({ announced: 1, claims: 1, looks: 8, confidence: 0.95 });
});
