import { expect, test } from 'vitest';
import type { Source } from '../../src/predictions/source.ts';
import { openBeliefLog } from '../../src/task/beliefs/log.ts';
import { answerTruly, asked, openBench, predictedBatch, rules } from './bench.ts';

test('a batch arrives, people answer, and the best model is announced and deployed', async () => {
  const bench = await openBench();
  expect(bench.room.posts).toEqual(['2026-11-02:card']);
  let answers = 0;
  while (bench.room.card().now.kind === 'asking') {
    expect((await answerTruly(bench)).kind).toBe('recorded');
    answers += 1;
  }
  const { now } = bench.room.card();
  expect(now).toMatchObject({ kind: 'finished', result: { isWinner: true, model: 'wrong-13', labels: answers } });
  expect(answers).toBeLessThan(40);
  expect(bench.room.posts).toEqual(['2026-11-02:card', '2026-11-02:result:1']);
  expect(bench.deployed).toEqual(['wrong-13']);
});

test('a second click on an answered question changes nothing and says who was first', async () => {
  const bench = await openBench();
  const { id } = asked(bench);
  await bench.task.answer({ question: id, class: 0, annotator: 'U1' });
  const facts = bench.store.facts('2026-11-02').length;
  expect(await bench.task.answer({ question: id, class: 1, annotator: 'U2' })).toEqual({
    kind: 'already answered',
    by: 'U1',
  });
  expect(await bench.task.answer({ question: id, class: 0, annotator: 'U1' })).toEqual({
    kind: 'repeated',
    answer: `answer:${id}`,
    class: 'cat',
  });
  expect(bench.store.facts('2026-11-02').filter((fact) => fact.kind === 'answer')).toHaveLength(1);
  expect(bench.store.facts('2026-11-02').length).toBeGreaterThanOrEqual(facts);
});

test('two clicks at the same moment are one label', async () => {
  const bench = await openBench();
  const { id } = asked(bench);
  const outcomes = await Promise.all([
    bench.task.answer({ question: id, class: 0, annotator: 'U1' }),
    bench.task.answer({ question: id, class: 1, annotator: 'U2' }),
  ]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(['recorded', 'already answered']);
});

test('a click and a schedule that fire together post a question once', async () => {
  const bench = await openBench();
  await Promise.all([bench.task.look(), answerTruly(bench), bench.task.advance()]);
  const questions = bench.store.facts('2026-11-02').filter((fact) => fact.kind === 'question');
  expect(new Set(questions.map((fact) => fact.image)).size).toBe(questions.length);
  expect(bench.room.posts).toEqual(['2026-11-02:card']);
});

test('an undone answer brings its image back first, then what was asked before', async () => {
  const bench = await openBench();
  const first = asked(bench);
  await answerTruly(bench);
  const second = asked(bench);
  const [entry] = bench.task.history();
  expect(await bench.task.undo({ answer: entry!.answer, by: 'U1', isAdmin: false })).toMatchObject({ kind: 'undone' });
  await bench.task.advance();
  expect(asked(bench).image).toEqual(first.image);
  expect(asked(bench).id).not.toBe(first.id);
  await answerTruly(bench);
  expect(asked(bench).id).toBe(second.id);
  expect(bench.task.history().filter((one) => one.undoneBy === undefined)).toHaveLength(1);
});

test('only the annotator or an admin can undo', async () => {
  const bench = await openBench();
  await answerTruly(bench);
  const { answer } = bench.task.history()[0]!;
  expect(await bench.task.undo({ answer, by: 'U2', isAdmin: false })).toEqual({ kind: 'not yours' });
  expect(await bench.task.undo({ answer, by: 'U2', isAdmin: true })).toMatchObject({ kind: 'undone' });
  expect(await bench.task.undo({ answer, by: 'U1', isAdmin: false })).toEqual({ kind: 'already undone' });
});

test('undoing after the announcement asks first; then it withdraws it, and the next answer announces anew', async () => {
  const bench = await openBench();
  while (bench.room.card().now.kind === 'asking') await answerTruly(bench);
  const { answer } = bench.task.history()[0]!;
  const request = { answer, by: 'U1', isAdmin: false };
  expect(await bench.task.undo(request)).toMatchObject({ kind: 'would withdraw', model: 'wrong-13', annotator: 'U1' });
  expect(bench.store.facts('2026-11-02').filter(({ kind }) => kind === 'undo' || kind === 'withdrawal')).toEqual([]);
  expect(await bench.task.undo({ ...request, isMeant: true })).toMatchObject({ kind: 'undone', withdrew: true });
  await bench.task.advance();
  const withdrawn = bench.room.messages.get('2026-11-02:result:1');
  expect(withdrawn?.kind === 'result' && withdrawn.announcement.withdrawnBy).toBe('U1');
  expect(bench.room.card().now.kind).toBe('asking');
  while (bench.room.card().now.kind === 'asking') await answerTruly(bench);
  expect(bench.room.posts.at(-1)).toBe('2026-11-02:result:2');
});

test('while paused nobody can answer; afterwards the same question stands', async () => {
  const bench = await openBench();
  const { id } = asked(bench);
  expect(await bench.task.pause('U1')).toBe(true);
  expect(await bench.task.pause('U1')).toBe(false);
  expect(await bench.task.answer({ question: id, class: 0, annotator: 'U1' })).toEqual({ kind: 'paused' });
  await bench.task.advance();
  expect(bench.room.card().now).toEqual({ kind: 'paused', by: 'U1' });
  expect(await bench.task.resume('U1')).toBe(true);
  await bench.task.advance();
  expect(asked(bench).id).toBe(id);
});

test('when the budget is spent the best so far is said, and nothing is deployed', async () => {
  const bench = await openBench({ rules: { ...rules, budget: 3 } });
  for (let n = 0; n < 3; n++) await answerTruly(bench);
  expect(bench.room.card().now).toMatchObject({
    kind: 'finished',
    result: { because: 'budget spent', isWinner: false, labels: 3 },
  });
  expect(bench.room.posts.at(-1)).toBe('2026-11-02:result:1');
  expect(bench.deployed).toEqual([]);
});

test('a reopened round goes on for another budget', async () => {
  const bench = await openBench({ rules: { ...rules, budget: 3 } });
  for (let n = 0; n < 3; n++) await answerTruly(bench);
  expect(await bench.task.reopen('U1')).toBe(true);
  await bench.task.advance();
  expect(bench.room.card().progress).toMatchObject({ labels: 3, budget: 6 });
  for (let n = 0; n < 3; n++) await answerTruly(bench);
  expect(bench.room.card().now).toMatchObject({ kind: 'finished', result: { number: 2, labels: 6 } });
});

test('a button under an old announcement neither withdraws a newer one nor shows its labels', async () => {
  const bench = await openBench();
  while (bench.room.card().now.kind === 'asking') await answerTruly(bench);
  const old = { batch: '2026-11-02', result: 1 };
  bench.arrived.batch = '2026-11-03';
  await expect.poll(() => bench.task.look().then(() => bench.store.rounds().length)).toBe(2);
  while (bench.room.card().now.kind === 'asking') await answerTruly(bench, 'U2');
  expect(await bench.task.reopen('U1', old)).toBe(false);
  expect(bench.room.card().now.kind).toBe('finished');
  const answers = bench.task.history(old.batch);
  expect(answers.every(({ annotator, isFinal }) => annotator === 'U1' && isFinal)).toBe(true);
  expect(bench.task.history().every(({ annotator, isFinal }) => annotator === 'U2' && !isFinal)).toBe(true);
  expect(await bench.task.reopen('U1', { batch: '2026-11-03', result: 1 })).toBe(true);
});

test('the deadline ends a round that nobody labels', async () => {
  const bench = await openBench({ rules: { ...rules, deadlineHours: 8 } });
  bench.clock.now = new Date('2026-11-02T16:00:00Z');
  await bench.task.advance();
  expect(bench.room.card().now).toMatchObject({ kind: 'finished', result: { because: 'deadline', labels: 0 } });
});

test('a newer batch ends the round and opens its own', async () => {
  const bench = await openBench();
  await answerTruly(bench);
  bench.arrived.batch = '2026-11-03';
  await bench.task.look();
  await expect.poll(() => bench.room.posts).toEqual(['2026-11-02:card', '2026-11-02:result:1', '2026-11-03:card']);
  expect(bench.room.messages.get('2026-11-02:result:1')).toMatchObject({
    announcement: { result: { because: 'newer batch', isWinner: false } },
  });
});

test('while the models take long over the next batch, the card says how far they are', async () => {
  const [first, second] = [predictedBatch(), predictedBatch()];
  let finish = () => {};
  const source: Source = {
    predict: async ({ name }, onProgress) => {
      if (name === '2026-11-02') return first;
      onProgress({ done: 120, of: 4000, models: 4, perSecond: 10, secondsLeft: 388 });
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return second;
    },
    recall: async () => first,
  };
  const bench = await openBench({ source });
  bench.arrived.batch = '2026-11-03';
  await bench.task.look();
  expect(bench.room.card().arriving).toEqual({ batch: '2026-11-03', done: 120, of: 4000, secondsLeft: 388 });
  finish();
  await expect.poll(() => bench.room.posts).toContain('2026-11-03:card');
  expect(bench.room.messages.get('2026-11-02:card')).not.toHaveProperty('card.arriving');
  expect(bench.room.messages.get('2026-11-03:card')).not.toHaveProperty('card.arriving');
});

test('without a label nothing is decided, also where all models agree on every image', async () => {
  const same = predictedBatch([100, 100, 100]);
  const source = { predict: async () => same, recall: async () => same };
  const bench = await openBench({ source });
  await expect.poll(() => bench.room.posts).toEqual(['2026-11-02:card', '2026-11-02:result:1']);
  expect(bench.room.card().now).toMatchObject({
    kind: 'finished',
    result: { isWinner: false, labels: 0, because: 'nothing left to ask' },
  });
});

test('Slack being down costs only time: the label is kept and the announcement comes later', async () => {
  const bench = await openBench({ rules: { ...rules, budget: 1 } });
  bench.room.isDown = true;
  const { id } = asked(bench);
  expect(await bench.task.answer({ question: id, class: 0, annotator: 'U1' })).toMatchObject({ kind: 'recorded' });
  await expect(bench.task.advance()).rejects.toThrow('nobody home');
  bench.room.isDown = false;
  await bench.task.advance();
  expect(bench.room.posts.at(-1)).toBe('2026-11-02:result:1');
});

test('a card somebody deleted is posted anew, and goes on where it was', async () => {
  const bench = await openBench();
  const { id } = asked(bench);
  bench.room.gone.add('1');
  await bench.task.advance();
  await bench.task.advance();
  expect(bench.room.posts).toEqual(['2026-11-02:card', '2026-11-02:card']);
  expect(asked(bench).id).toBe(id);
});

test('a round in which people cannot tell the best models apart ends without a winner, and the digest says so', async () => {
  const bench = await openBench({
    openBeliefs: (opening) => {
      const log = openBeliefLog(opening);
      return {
        // The method's own verdict takes hundreds of clicks; here it comes with the third.
        view: async (clicks, ...rest) => ({
          ...log.view(clicks, ...rest),
          sure: undefined,
          ...(clicks.length > 2 && { cannotTell: { models: [0, 1], apart: 0.125 } }),
        }),
        confidencePath: async (clicks) => log.confidencePath(clicks),
        review: async (clicks) => log.review(clicks),
        measure: async (...given) => log.measure(...given),
        close: async () => undefined,
      };
    },
  });
  for (let n = 0; n < 3; n++) await answerTruly(bench);
  expect(bench.room.card().now).toMatchObject({
    kind: 'finished',
    result: {
      because: 'people cannot tell',
      isWinner: false,
      inseparable: { models: ['wrong-13', 'wrong-7'], apart: 0.125, looks: { of: 0, cases: 0 } },
    },
  });
  expect(bench.deployed).toEqual([]);
  await bench.task.announceDay('2026-11-03');
  expect(bench.room.messages.get(bench.room.posts.at(-1)!)).toMatchObject({
    kind: 'digest',
    digest: { round: { isOpen: false }, undecidedAt: expect.any(String) },
  });
});
