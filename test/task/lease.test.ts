import { expect, test } from 'vitest';
import type { ImageFile } from '../../src/task/people.ts';
import { answerTruly, asked, openBench, predictedBatch, truth } from './bench.ts';

test('a leased image is nobody else’s, and the same one again while the lease lives', async () => {
  const bench = await openBench();
  const people = ['U1', 'U2', 'U3'];
  const leases = await Promise.all(people.map((person) => bench.task.lease(person)));
  const images = leases.map((lease) => lease.kind === 'question' && lease.question.image.file);
  expect(new Set([...images, asked(bench).image.file]).size).toBe(4);
  expect(await bench.task.lease('U2')).toMatchObject(structuredClone(leases[1]!));
});

test('a lease that ran out frees its image, and a late answer still counts when nobody else gave one', async () => {
  const bench = await openBench();
  const lease = await bench.task.lease('U1');
  if (lease.kind !== 'question') throw new Error(lease.because);
  bench.clock.now = new Date(bench.clock.now.getTime() + 6 * 60_000);
  const { id, image } = lease.question;
  const answered = truth(Number.parseInt(image.file.split('/').at(-1)!, 10));
  expect(await bench.task.answer({ question: id, class: answered, annotator: 'U1' })).toMatchObject({
    kind: 'recorded',
  });
});

test('somebody else’s lease cannot be answered', async () => {
  const bench = await openBench();
  const lease = await bench.task.lease('U1');
  if (lease.kind !== 'question') throw new Error(lease.because);
  expect(await bench.task.answer({ question: lease.question.id, class: 0, annotator: 'U2' })).toEqual({
    kind: 'not yours',
  });
});

test('three people alone and the card together never put an image to two', async () => {
  const bench = await openBench();
  for (let turn = 0; turn < 8; turn++) {
    await Promise.all([
      ...['U1', 'U2', 'U3'].map(async (person) => {
        const lease = await bench.task.lease(person);
        if (lease.kind !== 'question') return;
        const { id, image } = lease.question;
        const answered = truth(Number.parseInt(image.file.split('/').at(-1)!, 10));
        await bench.task.answer({ question: id, class: answered, annotator: person });
      }),
      bench.room.card().now.kind === 'asking' ? answerTruly(bench, 'U4') : undefined,
    ]);
  }
  const questions = bench.store.facts('2026-11-02').filter((fact) => fact.kind === 'question');
  expect(new Set(questions.map((fact) => fact.image)).size).toBe(questions.length);
});

test('an image whose lease ran out and was asked again still gets one label', async () => {
  const bench = await openBench();
  const lease = await bench.task.lease('U1');
  if (lease.kind !== 'question') throw new Error(lease.because);
  bench.clock.now = new Date(bench.clock.now.getTime() + 6 * 60_000);
  const again = await bench.task.lease('U2');
  if (again.kind !== 'question') throw new Error(again.because);
  expect(again.question.image).toEqual(lease.question.image);
  const first = { question: lease.question.id, class: 0, annotator: 'U1' };
  expect(await bench.task.answer(first)).toMatchObject({ kind: 'recorded' });
  const second = { question: again.question.id, class: 1, annotator: 'U2' };
  expect(await bench.task.answer(second)).toEqual({ kind: 'already answered', by: 'U1' });
});

test('who opens a lane has more images made ready ahead, where people label faster than the channel gets them', async () => {
  const predicted = predictedBatch([13, 7, 5, 3], 200);
  const bench = await openBench({ source: { predict: async () => predicted, recall: async () => predicted } });
  const people = ['U1', 'U2', 'U3', 'U4', 'U5', 'U6', 'U7', 'U8'];
  bench.room.perMinute = 10_000;
  await bench.task.advance();
  // The question on the card, and 24 more.
  expect(bench.room.prepared.length).toBe(1 + 24);
  bench.room.perMinute = 112;
  for (const person of people) await bench.task.lease(person);
  await bench.task.idle();
  // Nine questions at 14 labels a minute each are 14 more than 112.
  expect(bench.room.prepared.length).toBe(9 + 24 + 14);
});

test('where no image of the last choice can be shown yet, one of an earlier choice that can is asked about', async () => {
  const predicted = predictedBatch([13, 7, 5, 3], 200);
  const bench = await openBench({ source: { predict: async () => predicted, recall: async () => predicted } });
  const ready = new Map<string, ImageFile>();
  const asked = new Set<string>();
  const dropped = () => {
    const now = new Set(bench.room.prepared.map(({ key }) => key));
    return [...ready.keys()].find((key) => !now.has(key) && !asked.has(key));
  };
  while (dropped() === undefined) {
    for (const image of bench.room.prepared) ready.set(image.key, image);
    const lease = await bench.task.lease('U1');
    if (lease.kind !== 'question') throw new Error(lease.because);
    const { id, image } = lease.question;
    asked.add(image.key);
    const number = Number.parseInt(image.file.split('/').at(-1)!, 10);
    await bench.task.answer({ question: id, class: truth(number), annotator: 'U1' });
    await bench.task.idle();
  }
  bench.room.isPrepared = ({ key }) => key === dropped();
  expect(await bench.task.lease('U1')).toMatchObject({ question: { image: { key: dropped() } } });
});

test('an image that was put off goes to others, and comes again when nothing else is left', async () => {
  const bench = await openBench();
  const first = await bench.task.lease('U1');
  if (first.kind !== 'question') throw new Error(first.because);
  expect(await bench.task.putOff(first.question.id, 'U2')).toBe(false);
  expect(await bench.task.putOff(first.question.id, 'U1')).toBe(true);
  await bench.task.advance();
  const put = first.question.image.key;
  const imagesOf = async (annotator: string) => {
    const images: string[] = [];
    for (let n = 0; n < 8; n++) {
      const lease = await bench.task.lease(annotator);
      if (lease.kind !== 'question') break;
      images.push(lease.question.image.key);
      await bench.task.answer({ question: lease.question.id, class: null, annotator });
      await bench.task.advance();
    }
    return images;
  };
  expect(await imagesOf('U1')).not.toContain(put);
  expect(await imagesOf('U2')).toContain(put);
});

test('who put off the last image left gets it again, and hears why', async () => {
  const bench = await openBench({ ...onlyDisagreementsOn(3) });
  await bench.task.lease('U2');
  const lease = await bench.task.lease('U1');
  if (lease.kind !== 'question') throw new Error(lease.because);
  await bench.task.putOff(lease.question.id, 'U1');
  expect(await bench.task.lease('U1')).toMatchObject({
    kind: 'question',
    wasPutOff: true,
    question: { image: lease.question.image },
  });
});

/** A batch of which so many images are worth asking: the card and two people hold one each. */
function onlyDisagreementsOn(count: number) {
  const predicted = predictedBatch([4, 4], 60);
  const { classes } = predicted.predictions;
  for (let image = 0; image < 60; image++) classes[2 * image + 1] = (classes[2 * image]! + (image < count ? 1 : 0)) % 3;
  return { source: { predict: async () => predicted, recall: async () => predicted } };
}
