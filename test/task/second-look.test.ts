import { expect, test } from 'vitest';
import { answerTruly, asked, type Bench, openBench, predictedBatch, rules, truth } from './bench.ts';

const numberOf = (question: { image: { file: string } }) => Number.parseInt(question.image.file.split('/').at(-1)!, 10);

/** Two models that differ little, so that it comes to depend on people, and images are looked at twice. */
function openLongRound(): Promise<Bench> {
  const predicted = predictedBatch([13, 12, 7, 5], 240);
  return openBench({
    source: { predict: async () => predicted, recall: async () => predicted },
    rules: { ...rules, opinions: 3, tolerance: 0 },
  });
}

async function answerInLane({ task }: Bench, annotator: string): Promise<number | undefined> {
  const lease = await task.lease(annotator);
  if (lease.kind !== 'question') return undefined;
  const image = numberOf(lease.question);
  await task.answer({ question: lease.question.id, class: truth(image), annotator });
  await task.advance();
  return image;
}

/** The first and the others label until the card asks for a second look at an image of the first one's. */
async function untilSecondLook(bench: Bench, first: string, other: string): Promise<void> {
  for (let n = 0; n < 100; n++) {
    const { now } = bench.room.card();
    if (now.kind === 'asking' && now.notFor?.includes(first)) return;
    await answerInLane(bench, first);
    await answerTruly(bench, other);
    bench.clock.now = new Date(bench.clock.now.getTime() + 5_000);
  }
  throw new Error('The card never asked for a second look.');
}

test('while one person answers on the card and another in a lane, the card never asks anybody twice', async () => {
  const bench = await openLongRound();
  const byAda: number[] = [];
  const byBen: number[] = [];
  while (bench.room.card().now.kind === 'asking' && byAda.length < 40) {
    byAda.push(numberOf(asked(bench)));
    expect(await answerTruly(bench, 'Ada')).toMatchObject({ kind: 'recorded' });
    const image = await answerInLane(bench, 'Ben');
    if (image !== undefined) byBen.push(image);
    bench.clock.now = new Date(bench.clock.now.getTime() + 5_000);
  }
  expect(new Set(byAda).size).toBe(byAda.length);
  // They did look at images of each other's, in the lane as on the card.
  expect(byBen.filter((image) => byAda.includes(image)).length).toBeGreaterThan(3);
});

test('a second look on the card says who is not asked; a press of theirs changes nothing, and the card goes on', async () => {
  const bench = await openLongRound();
  await untilSecondLook(bench, 'Ada', 'Ben');
  const second = asked(bench);
  const given = bench.task.history().length;
  const outcome = await bench.task.answer({ question: second.id, class: 0, annotator: 'Ada' });
  expect(outcome).toMatchObject({ kind: 'somebody else is asked', class: expect.any(String) });
  expect(bench.task.history()).toHaveLength(given);
  await bench.task.advance();
  expect(asked(bench).id).not.toBe(second.id);
  expect(await answerTruly(bench, 'Ada')).toMatchObject({ kind: 'recorded' });
  // Nobody but Ada is there, so the card goes on with images for her …
  expect(asked(bench).id).not.toBe(second.id);
  // … until somebody else presses on it.
  await answerTruly(bench, 'Ben');
  if (asked(bench).id !== second.id) await answerTruly(bench, 'Ben');
  expect(asked(bench).id).toBe(second.id);
  expect(await answerTruly(bench, 'Ben')).toMatchObject({ kind: 'recorded' });
});

test('somebody who labeled alone and was asked again in their lane may answer though others have come', async () => {
  const bench = await openLongRound();
  let again: string | undefined;
  const images: number[] = [];
  for (let n = 0; n < 150 && again === undefined; n++) {
    const lease = await bench.task.lease('Ada');
    if (lease.kind !== 'question') break;
    if (lease.question.isRepeat) again = lease.question.id;
    else images.push((await answerInLane(bench, 'Ada'))!);
  }
  expect(again).toBeDefined();
  await answerTruly(bench, 'Ben');
  expect(await bench.task.answer({ question: again!, class: 0, annotator: 'Ada' })).toMatchObject({ kind: 'recorded' });
  expect((await bench.task.lease('Ada')).kind).toBe('question');
});
