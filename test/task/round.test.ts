import { expect, test } from 'vitest';
import type { Pool } from '../../src/predictions/source.ts';
import { answerTruly, asked, openOffice, predictedBatch, rules } from './room.ts';

test('a batch arrives, people answer, and the best model is announced and deployed', async () => {
  const office = await openOffice();
  expect(office.room.posts).toEqual(['2026-11-02:card']);
  let answers = 0;
  while (office.room.card().now.kind === 'asking') {
    expect((await answerTruly(office)).kind).toBe('recorded');
    answers += 1;
  }
  const { now } = office.room.card();
  expect(now).toMatchObject({ kind: 'finished', result: { isWinner: true, model: 'wrong-13', labels: answers } });
  expect(answers).toBeLessThan(40);
  expect(office.room.posts).toEqual(['2026-11-02:card', '2026-11-02:result:1']);
  expect(office.deployed).toEqual(['wrong-13']);
});

test('a second click on an answered question changes nothing and says who was first', async () => {
  const office = await openOffice();
  const { id } = asked(office);
  await office.bot.answer({ question: id, class: 0, annotator: 'U1' });
  const facts = office.store.facts('2026-11-02').length;
  expect(await office.bot.answer({ question: id, class: 1, annotator: 'U2' })).toEqual({
    kind: 'already answered',
    by: 'U1',
  });
  expect(await office.bot.answer({ question: id, class: 0, annotator: 'U1' })).toEqual({ kind: 'repeated' });
  expect(office.store.facts('2026-11-02').filter((fact) => fact.kind === 'answer')).toHaveLength(1);
  expect(office.store.facts('2026-11-02').length).toBeGreaterThanOrEqual(facts);
});

test('two clicks at the same moment are one label', async () => {
  const office = await openOffice();
  const { id } = asked(office);
  const outcomes = await Promise.all([
    office.bot.answer({ question: id, class: 0, annotator: 'U1' }),
    office.bot.answer({ question: id, class: 1, annotator: 'U2' }),
  ]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(['recorded', 'already answered']);
});

test('a click and a schedule that fire together post a question once', async () => {
  const office = await openOffice();
  await Promise.all([office.bot.advance(), answerTruly(office), office.bot.advance()]);
  const questions = office.store.facts('2026-11-02').filter((fact) => fact.kind === 'question');
  expect(new Set(questions.map((fact) => fact.image)).size).toBe(questions.length);
  expect(office.room.posts).toEqual(['2026-11-02:card']);
});

test('an undone answer brings its image back first, then what was asked before', async () => {
  const office = await openOffice();
  const first = asked(office);
  await answerTruly(office);
  const second = asked(office);
  const [entry] = office.bot.history();
  expect(await office.bot.undo({ answer: entry!.answer, by: 'U1', isAdmin: false })).toMatchObject({ kind: 'undone' });
  await office.bot.advance();
  expect(asked(office).image).toEqual(first.image);
  expect(asked(office).id).not.toBe(first.id);
  await answerTruly(office);
  expect(asked(office).id).toBe(second.id);
  expect(office.bot.history().filter((one) => one.undoneBy === undefined)).toHaveLength(1);
});

test('only the annotator or an admin can undo', async () => {
  const office = await openOffice();
  await answerTruly(office);
  const { answer } = office.bot.history()[0]!;
  expect(await office.bot.undo({ answer, by: 'U2', isAdmin: false })).toEqual({ kind: 'not yours' });
  expect(await office.bot.undo({ answer, by: 'U2', isAdmin: true })).toMatchObject({ kind: 'undone' });
  expect(await office.bot.undo({ answer, by: 'U1', isAdmin: false })).toEqual({ kind: 'already undone' });
});

test('undoing after the announcement withdraws it, and the next answer announces anew', async () => {
  const office = await openOffice();
  while (office.room.card().now.kind === 'asking') await answerTruly(office);
  const { answer } = office.bot.history()[0]!;
  expect(await office.bot.undo({ answer, by: 'U1', isAdmin: false })).toMatchObject({ kind: 'undone', withdrew: true });
  await office.bot.advance();
  const withdrawn = office.room.messages.get('2026-11-02:result:1');
  expect(withdrawn?.kind === 'result' && withdrawn.announcement.withdrawnBy).toBe('U1');
  expect(office.room.card().now.kind).toBe('asking');
  while (office.room.card().now.kind === 'asking') await answerTruly(office);
  expect(office.room.posts.at(-1)).toBe('2026-11-02:result:2');
});

test('while paused nobody can answer; afterwards the same question stands', async () => {
  const office = await openOffice();
  const { id } = asked(office);
  expect(await office.bot.pause('U1')).toBe(true);
  expect(await office.bot.pause('U1')).toBe(false);
  expect(await office.bot.answer({ question: id, class: 0, annotator: 'U1' })).toEqual({ kind: 'paused' });
  await office.bot.advance();
  expect(office.room.card().now).toEqual({ kind: 'paused', by: 'U1' });
  expect(await office.bot.resume('U1')).toBe(true);
  await office.bot.advance();
  expect(asked(office).id).toBe(id);
});

test('when the budget is spent the best so far is said, and nothing is deployed', async () => {
  const office = await openOffice({ rules: { ...rules, budget: 3 } });
  for (let n = 0; n < 3; n++) await answerTruly(office);
  expect(office.room.card().now).toMatchObject({
    kind: 'finished',
    result: { because: 'budget spent', isWinner: false, labels: 3 },
  });
  expect(office.room.posts.at(-1)).toBe('2026-11-02:result:1');
  expect(office.deployed).toEqual([]);
});

test('a reopened round goes on for another budget', async () => {
  const office = await openOffice({ rules: { ...rules, budget: 3 } });
  for (let n = 0; n < 3; n++) await answerTruly(office);
  expect(await office.bot.reopen('U1')).toBe(true);
  await office.bot.advance();
  expect(office.room.card().progress).toMatchObject({ labels: 3, budget: 6 });
  for (let n = 0; n < 3; n++) await answerTruly(office);
  expect(office.room.card().now).toMatchObject({ kind: 'finished', result: { number: 2, labels: 6 } });
});

test('a button under an old announcement neither withdraws a newer one nor shows its labels', async () => {
  const office = await openOffice();
  while (office.room.card().now.kind === 'asking') await answerTruly(office);
  const old = { batch: '2026-11-02', result: 1 };
  office.arrived.batch = '2026-11-03';
  await expect.poll(() => office.bot.advance().then(() => office.store.rounds().length)).toBe(2);
  while (office.room.card().now.kind === 'asking') await answerTruly(office, 'U2');
  expect(await office.bot.reopen('U1', old)).toBe(false);
  expect(office.room.card().now.kind).toBe('finished');
  const answers = office.bot.history(old.batch);
  expect(answers.every(({ annotator, isFinal }) => annotator === 'U1' && isFinal)).toBe(true);
  expect(office.bot.history().every(({ annotator, isFinal }) => annotator === 'U2' && !isFinal)).toBe(true);
  expect(await office.bot.reopen('U1', { batch: '2026-11-03', result: 1 })).toBe(true);
});

test('the deadline ends a round that nobody labels', async () => {
  const office = await openOffice({ rules: { ...rules, deadlineHours: 8 } });
  office.clock.now = new Date('2026-11-02T16:00:00Z');
  await office.bot.advance();
  expect(office.room.card().now).toMatchObject({ kind: 'finished', result: { because: 'deadline', labels: 0 } });
});

test('a newer batch ends the round and opens its own', async () => {
  const office = await openOffice();
  await answerTruly(office);
  office.arrived.batch = '2026-11-03';
  await office.bot.advance();
  await expect.poll(() => office.room.posts).toEqual(['2026-11-02:card', '2026-11-02:result:1', '2026-11-03:card']);
  expect(office.room.messages.get('2026-11-02:result:1')).toMatchObject({
    announcement: { result: { because: 'newer batch', isWinner: false } },
  });
});

test('while the models take long over the next batch, the card says how far they are', async () => {
  const [first, second] = [predictedBatch(), predictedBatch()];
  let finish = () => {};
  const pool: Pool = {
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
  const office = await openOffice({ pool });
  office.arrived.batch = '2026-11-03';
  await office.bot.advance();
  expect(office.room.card().arriving).toEqual({ batch: '2026-11-03', done: 120, of: 4000, secondsLeft: 388 });
  finish();
  await expect.poll(() => office.room.posts).toContain('2026-11-03:card');
  expect(office.room.messages.get('2026-11-02:card')).not.toHaveProperty('card.arriving');
  expect(office.room.messages.get('2026-11-03:card')).not.toHaveProperty('card.arriving');
});

test('models that agree everywhere need no labels', async () => {
  const same = predictedBatch([100, 100, 100]);
  const pool = { predict: async () => same, recall: async () => same };
  const office = await openOffice({ pool });
  await expect.poll(() => office.room.posts).toEqual(['2026-11-02:card', '2026-11-02:result:1']);
  expect(office.room.card().now).toMatchObject({
    kind: 'finished',
    result: { isWinner: true, labels: 0, confidence: 1, tolerance: 0 },
  });
});

test('Slack being down costs only time: the label is kept and the announcement comes later', async () => {
  const office = await openOffice({ rules: { ...rules, budget: 1 } });
  office.room.isDown = true;
  const { id } = asked(office);
  expect(await office.bot.answer({ question: id, class: 0, annotator: 'U1' })).toMatchObject({ kind: 'recorded' });
  await expect(office.bot.advance()).rejects.toThrow('nobody home');
  office.room.isDown = false;
  await office.bot.advance();
  expect(office.room.posts.at(-1)).toBe('2026-11-02:result:1');
});

test('a card somebody deleted is posted anew, and goes on where it was', async () => {
  const office = await openOffice();
  const { id } = asked(office);
  office.room.gone.add('1');
  await office.bot.advance();
  await office.bot.advance();
  expect(office.room.posts).toEqual(['2026-11-02:card', '2026-11-02:card']);
  expect(asked(office).id).toBe(id);
});
