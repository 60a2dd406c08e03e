import { expect, test } from 'vitest';
import type { Serving, Target } from '../../src/deploy/target.ts';
import type { Predicted, Source } from '../../src/predictions/source.ts';
import { answerTruly, type Bench, openBench, predictedBatch, rules, truth } from './bench.ts';

const first = '2026-11-02';
const second = '2026-11-03';

async function labelToTheEnd(bench: Bench): Promise<void> {
  while (bench.room.card().now.kind === 'asking') await answerTruly(bench);
}

/** The result of a batch as it stands in the channel. */
function announcedOf({ room }: Bench, batch: string, number = 1) {
  const message = room.messages.get(`${batch}:result:${number}`);
  if (message?.kind !== 'result') throw new Error(`No result ${number} of ${batch} was announced.`);
  return message.announcement;
}

function noticesIn({ room }: Bench): string[] {
  return room.posts.flatMap((key) => {
    const message = room.messages.get(key);
    return message?.kind === 'notice' ? [message.notice.kind] : [];
  });
}

/** Each batch with predictions of its own. */
function sourceOf(batches: Readonly<Record<string, Predicted>>): Source {
  const of = async (name: string) => {
    const predicted = batches[name];
    if (!predicted) throw new Error(`There are no models in /models. Put ONNX files there.`);
    return predicted;
  };
  return { predict: ({ name }) => of(name), recall: of };
}

async function nextBatch(bench: Bench, name: string): Promise<void> {
  bench.arrived.batch = name;
  await expect.poll(() => bench.task.look().then(() => bench.store.rounds().at(-1))).toBe(name);
  await bench.task.advance();
}

/**
 * Five models of ten classes on 400 images, up to `best` of them right, each image as hard for all of them; `shift` moves
 * what they predict along the list of classes, as a list in the wrong order does.
 */
function tenClasses(best: number, shift: number): Predicted {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const random = generator(77);
  const rows = Array.from({ length: 400 }, (_, image) => {
    const hard = random();
    return names.map((_, model) => {
      const isRight = 0.6 * hard + 0.4 * random() <= best - 0.03 * model;
      const other = 1 + Math.floor(9 * random());
      return (truth(image) + (isRight ? 0 : other) + shift) % 10;
    });
  });
  const classes = Int16Array.from(rows.flat());
  return {
    ...predictedBatch([13], 400),
    classes: Array.from({ length: 10 }, (_, index) => `class ${index}`),
    models: names.map((name) => ({ name, file: `${name}.onnx`, sha256: name })),
    predictions: { images: 400, models: names.length, classCount: 10, classes },
  };
}

/** Four models, the second a copy of the first. */
function withCopy(): Predicted {
  const { predictions, ...about } = predictedBatch([13, 11, 7, 5]);
  const classes = predictions.classes.map((one, cell) => (cell % 4 === 1 ? predictions.classes[cell - 1]! : one));
  return { ...about, predictions: { ...predictions, classes } };
}

/** Numbers from 0 to 1, the same in every run. @see https://en.wikipedia.org/wiki/Linear_congruential_generator */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

const mistaken = tenClasses(0.8, 1);

test('with a shifted list of classes the channel hears once that no model does better than chance', async () => {
  const bench = await openBench({ source: sourceOf({ [first]: mistaken }) });
  for (let label = 0; label < 19; label++) await answerTruly(bench);
  expect(noticesIn(bench)).toEqual([]);
  for (let label = 19; label < 30; label++) await answerTruly(bench);
  expect(noticesIn(bench)).toEqual(['no better than chance']);
  await bench.restart();
  await answerTruly(bench);
  expect(noticesIn(bench)).toEqual([]);
});

test('a winner that is no better than chance is deployed only after an admin’s yes', async () => {
  const bench = await openBench({ source: sourceOf({ [first]: mistaken }), rules: { ...rules, tolerance: 0.1 } });
  await labelToTheEnd(bench);
  const { result } = announcedOf(bench, first);
  expect(result).toMatchObject({ isWinner: true, doubt: 'no better than chance' });
  expect(bench.deployed).toEqual([]);
  await bench.restart();
  expect(bench.deployed).toEqual([]);
  const rule = (by: string, deploys: boolean, result = 1) =>
    bench.task.rule({ by, named: { batch: first, result }, deploys });
  expect(await rule('UADMIN', true, 2)).toEqual({ kind: 'over' });
  expect(await rule('UADMIN', true)).toEqual({ kind: 'ruled' });
  await bench.task.advance();
  expect(bench.deployed).toEqual([result.model]);
  expect(announcedOf(bench, first).ruling).toEqual({ by: 'UADMIN', deploys: true });
  // The first word stands, and whoever gave it hears nothing of a double click.
  expect(await rule('UADMIN', true)).toEqual({ kind: 'repeated' });
  expect(await rule('UOTHER', true)).toEqual({ kind: 'already ruled', by: 'UADMIN', deploys: true });
  expect(await rule('UADMIN', false)).toEqual({ kind: 'already ruled', by: 'UADMIN', deploys: true });
  await bench.task.reopen('UADMIN');
  expect(await rule('UADMIN', true)).toEqual({ kind: 'over' });
});

test('a pool whose classes are in order raises no alarm, hard as its images are', async () => {
  const bench = await openBench({ source: sourceOf({ [first]: tenClasses(0.6, 0) }) });
  for (let label = 0; label < 40 && bench.room.card().now.kind === 'asking'; label++) await answerTruly(bench);
  expect(noticesIn(bench)).toEqual([]);
});

test('a winner below minimumAccuracy waits for an admin, who may keep what is deployed', async () => {
  const bench = await openBench({ rules: { ...rules, minimumAccuracy: 0.99 } });
  await labelToTheEnd(bench);
  expect(announcedOf(bench, first).result).toMatchObject({ isWinner: true, doubt: 'below the minimum' });
  const named = { batch: first, result: 1 };
  expect(await bench.task.rule({ by: 'UADMIN', named, deploys: false })).toEqual({ kind: 'ruled' });
  await bench.task.advance();
  expect(bench.deployed).toEqual([]);
  expect(announcedOf(bench, first).ruling).toEqual({ by: 'UADMIN', deploys: false });
});

test('one model alone wins nothing and is not deployed', async () => {
  const bench = await openBench({ source: sourceOf({ [first]: predictedBatch([13]) }) });
  await bench.task.advance();
  expect(announcedOf(bench, first).result).toMatchObject({ isWinner: false, labels: 0 });
  expect(bench.deployed).toEqual([]);
});

test('an identical copy of the deployed model does not take its place', async () => {
  const copy = withCopy();
  const named = {
    ...copy,
    models: copy.models.map((model, place) => ({
      ...model,
      sha256: place < 2 ? '13' : model.sha256,
      name: ['a-copy', 'good'][place] ?? model.name,
    })),
  };
  const original = predictedBatch([13, 7, 5, 3]);
  const good = {
    ...original,
    models: original.models.map((model, place) => (place === 0 ? { ...model, name: 'good' } : model)),
  };
  const bench = await openBench({ source: sourceOf({ [first]: good, [second]: named }) });
  await labelToTheEnd(bench);
  await nextBatch(bench, second);
  await labelToTheEnd(bench);
  expect(announcedOf(bench, second).result).toMatchObject({ model: 'good', tiedWith: ['a-copy'] });
  expect(bench.deployed.at(-1)).toBe('good');
});

test('of equal models the fastest wins where the settings prefer that', async () => {
  const predicted = withCopy();
  const times = [20, 9, 50, 50];
  const models = predicted.models.map((model, place) => ({ ...model, name: `m${place}`, msPerImage: times[place]! }));
  const source = sourceOf({ [first]: { ...predicted, models } });
  const bench = await openBench({ source, rules: { ...rules, prefer: 'fastest' } });
  await labelToTheEnd(bench);
  expect(announcedOf(bench, first).result).toMatchObject({ model: 'm1', tiedWith: ['m0'] });
});

test('what is deployed stays unless another is better by more than the settings ask for', async () => {
  const other = predictedBatch([7, 13, 5, 3]);
  const models = predictedBatch().models.map(({ file, sha256 }, place) => ({ file, sha256, name: `m${place}` }));
  const days = { [first]: { ...predictedBatch(), models }, [second]: { ...other, models } };
  const bench = await openBench({ source: sourceOf(days), rules: { ...rules, keepUnlessBetterBy: 0.3 } });
  await labelToTheEnd(bench);
  expect(bench.deployed).toEqual(['m0']);
  await nextBatch(bench, second);
  await labelToTheEnd(bench);
  const { result } = announcedOf(bench, second);
  expect(result).toMatchObject({ isWinner: true, model: 'm1', kept: { model: 'm0', unlessBetterBy: 0.3 } });
  expect(bench.deployed.at(-1)).toBe('m0');
});

test('old announcements say when their winner was replaced and can no longer be reopened', async () => {
  const worse = predictedBatch([3, 13, 5, 4]);
  const bench = await openBench({
    source: sourceOf({ [first]: predictedBatch(), [second]: { ...worse, models: predictedBatch().models } }),
  });
  await labelToTheEnd(bench);
  expect(announcedOf(bench, first).isClosed).toBeUndefined();
  await nextBatch(bench, second);
  expect(announcedOf(bench, first)).toMatchObject({ isClosed: true });
  await labelToTheEnd(bench);
  expect(announcedOf(bench, first)).toMatchObject({ replacedBy: { batch: second, model: 'wrong-7' } });
});

test('a withdrawal reaches whoever named the winner', async () => {
  const withdrawn: (string | undefined)[] = [];
  let served: Serving | undefined;
  const target: Target = {
    name: 'a list',
    handOver: async ({ batch, result: { number, model }, sha256, withdrawnBy }) => {
      withdrawn.push(withdrawnBy);
      served = { batch, result: number, model, sha256, isWithdrawn: withdrawnBy !== undefined };
    },
    serving: async () => served,
  };
  const bench = await openBench({ target });
  await labelToTheEnd(bench);
  bench.clock.now = new Date('2026-11-02T09:00:00Z');
  await bench.task.announceDay(first);
  await bench.task.reopen('UADMIN');
  await bench.task.advance();
  expect(withdrawn).toEqual([undefined, 'UADMIN']);
  expect(bench.task.results()[0]).toMatchObject({ withdrawnBy: 'UADMIN' });
  expect(await bench.task.status()).toMatchObject({ deployed: { withdrawnBy: 'UADMIN' } });
  const digest = bench.room.messages.get(`${first}:digest`);
  expect(digest).toMatchObject({ digest: { deployed: { withdrawnBy: 'UADMIN' } } });
  expect(noticesIn(bench)).toEqual(['withdrawn']);
});

test('pausing and resuming are each said once, also across a restart', async () => {
  const bench = await openBench();
  await bench.task.pause('UADMIN');
  await bench.task.advance();
  expect(noticesIn(bench)).toEqual(['pause']);
  await bench.restart();
  await bench.task.resume('UADMIN');
  await bench.task.advance();
  expect(noticesIn(bench)).toEqual(['resume']);
  await bench.restart();
  expect(noticesIn(bench)).toEqual([]);
});

test('a batch that cannot be used is said once, with the reason, and taken back when it works', async () => {
  const days: Record<string, Predicted> = {};
  const bench = await openBench({ source: sourceOf(days) });
  expect(bench.room.posts).toEqual([`${first}:notice:failed`]);
  expect(bench.room.messages.get(`${first}:notice:failed`)).toMatchObject({
    notice: { kind: 'batch failed', reason: 'There are no models in /models. Put ONNX files there.' },
  });
  await bench.restart();
  await bench.task.look();
  expect(bench.room.posts).toEqual([]);
  days[first] = predictedBatch();
  await expect.poll(() => bench.task.look().then(() => bench.room.posts)).toEqual([`${first}:card`]);
  expect(bench.room.messages.get(`${first}:notice:failed`)).toMatchObject({ notice: { kind: 'batch works' } });
});

test('a folder that stays empty is said once, holds up no other batch, and is taken back when its images come', async () => {
  const ahead = '2026-11-05';
  const folders = { empty: [ahead], whole: [] as string[] };
  const bench = await openBench({
    source: sourceOf({ [first]: predictedBatch(), [second]: predictedBatch(), [ahead]: predictedBatch() }),
    findBatch: async (after = '', emptied = () => {}) => {
      for (const name of folders.empty) if (name > after) emptied(name);
      const name = folders.whole.findLast((one) => one > after);
      return name === undefined ? undefined : { name, folder: '/batches' };
    },
  });
  // On the first day somebody made a folder and forgot the images.
  const said = `${ahead}:notice:empty`;
  expect(bench.room.posts).toEqual([said]);
  expect(bench.room.messages.get(said)).toMatchObject({ notice: { kind: 'batch empty', batch: ahead } });
  expect(await bench.task.status()).toMatchObject({ kind: 'no batch yet' });
  await bench.restart();
  await bench.task.look();
  expect(bench.room.posts).toEqual([]);
  // Batches before it come and are asked about, one after the other.
  for (const batch of [first, second]) {
    folders.whole.push(batch);
    await expect.poll(() => bench.task.look().then(() => bench.room.posts)).toContain(`${batch}:card`);
  }
  folders.empty = [];
  folders.whole.push(ahead);
  await expect.poll(() => bench.task.look().then(() => bench.room.posts)).toContain(`${ahead}:card`);
  expect(bench.room.posts).not.toContain(said);
  expect(bench.room.messages.get(said)).toMatchObject({ notice: { kind: 'batch filled' } });
});

test('a pool that shrinks is said once, with the models that are missing', async () => {
  const smaller = predictedBatch([13, 7, 5]);
  const leftOut = [{ name: 'wrong-5', reason: 'it is damaged' }];
  const without = { ...predictedBatch([13, 7]), leftOut };
  const bench = await openBench({
    source: sourceOf({ [first]: predictedBatch(), [second]: without, '2026-11-04': smaller }),
  });
  await nextBatch(bench, second);
  const message = bench.room.messages.get(`${second}:notice:pool`);
  expect(message).toMatchObject({
    notice: { from: 4, to: 2, gone: [{ name: 'wrong-5', reason: 'it is damaged' }, { name: 'wrong-3' }] },
  });
  await nextBatch(bench, '2026-11-04');
  expect(noticesIn(bench)).toEqual(['pool shrank']);
});

test('a label undone from the lane after a result is not undone by accident', async () => {
  const bench = await openBench();
  await labelToTheEnd(bench);
  const [last] = bench.task.history();
  expect(last).toMatchObject({ isRelied: true });
  const outcome = await bench.task.undo({ answer: last!.answer, by: 'U1', isAdmin: false });
  expect(outcome).toMatchObject({ kind: 'would withdraw', file: last!.image.file.split('/').at(-1) });
});
