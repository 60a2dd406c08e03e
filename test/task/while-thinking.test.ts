import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openBeliefs } from '../../src/task/beliefs/thread.ts';
import type { TaskParts } from '../../src/task/task.ts';
import { openTurns } from '../../src/task/turns.ts';
import { asked, openBench, rules, truth } from './bench.ts';

/** A bench whose method thinks for as long as the test wants. */
async function openSlowBench(overrides: Partial<TaskParts> = {}) {
  const state = {
    gate: undefined as PromiseWithResolvers<void> | undefined,
    meanwhile: async () => {},
    thoughts: 0,
  };
  const bench = await openBench({
    ...overrides,
    openBeliefs: (opening) => {
      const beliefs = openBeliefs(opening);
      const view: typeof beliefs.view = async (...wanted) => {
        state.thoughts += 1;
        await state.gate?.promise;
        await state.meanwhile();
        return beliefs.view(...wanted);
      };
      return { ...beliefs, view };
    },
  });
  return { bench, state };
}

test('a click counts while the method thinks, and its person gets the next image', async () => {
  const { bench, state } = await openSlowBench();
  const gate = Promise.withResolvers<void>();
  state.gate = gate;
  const { id } = asked(bench);
  expect(await bench.task.answer({ question: id, class: 0, annotator: 'U1' })).toMatchObject({ kind: 'recorded' });
  await expect.poll(() => state.thoughts).toBeGreaterThan(1);
  // The method is at work on that click, and stays there.
  for (const annotator of ['U2', 'U3', 'U4']) {
    const lease = await bench.task.lease(annotator);
    if (lease.kind !== 'question') throw new Error(lease.because);
    const click = { question: lease.question.id, class: 0, annotator };
    expect(await bench.task.answer(click)).toMatchObject({ kind: 'recorded' });
  }
  expect(asked(bench).id).toBe(id);
  state.gate = undefined;
  gate.resolve();
  await bench.task.advance();
  expect(asked(bench).id).not.toBe(id);
  expect(bench.room.card().progress.labels).toBe(4);
});

test('people wait for no thought of the method while labeling goes on, however often they click during one', async () => {
  const { bench, state } = await openSlowBench();
  for (let label = 0; label < 12; label++) {
    const gate = Promise.withResolvers<void>();
    const before = state.thoughts;
    state.gate = gate;
    const lease = await bench.task.lease('U1');
    if (lease.kind !== 'question') throw new Error(lease.because);
    await expect.poll(() => state.thoughts).toBeGreaterThan(before);
    const click = { question: lease.question.id, class: label % 2, annotator: 'U1' };
    // It is at work, and stays there until the click has counted.
    expect(await bench.task.answer(click)).toMatchObject({ kind: 'recorded' });
    gate.resolve();
  }
  state.gate = undefined;
  await bench.task.advance();
  expect(bench.room.card().progress.labels).toBe(12);
});

test('whoever clicks during every thought keeps no round from its end', async () => {
  const { bench, state } = await openSlowBench();
  const over = () => bench.store.facts('2026-11-02').some(({ kind }) => kind === 'result');
  for (let label = 0; label < 60 && !over(); label++) {
    const gate = Promise.withResolvers<void>();
    const before = state.thoughts;
    state.gate = gate;
    const lease = await bench.task.lease('U1');
    if (lease.kind !== 'question') break;
    await expect.poll(() => state.thoughts).toBeGreaterThan(before);
    const image = Number.parseInt(lease.question.image.file.split('/').at(-1)!, 10);
    const answered = bench.task.answer({ question: lease.question.id, class: truth(image), annotator: 'U1' });
    // Where the thought before would have ended it, this one waits for the method.
    await Promise.race([answered, new Promise((resolve) => setTimeout(resolve, 50))]);
    gate.resolve();
    await answered;
  }
  await bench.task.advance();
  expect(over()).toBe(true);
  expect(bench.room.card().now).toMatchObject({ kind: 'finished', result: { model: 'wrong-13' } });
});

test('who labels on after the last label that was needed makes no announcement say that its winner is not deployed', async () => {
  const { bench, state } = await openSlowBench({ rules: { ...rules, measure: 20 } });
  const announced: unknown[] = [];
  const { post } = bench.room;
  bench.room.post = async (message, how) => {
    if (message.kind === 'result') announced.push(message.announcement);
    return post(message, how);
  };
  const label = async () => {
    const lease = await bench.task.lease('U1');
    if (lease.kind !== 'question') throw new Error(lease.because);
    const image = Number.parseInt(lease.question.image.file.split('/').at(-1)!, 10);
    await bench.task.answer({ question: lease.question.id, class: truth(image), annotator: 'U1' });
  };
  const isOver = () => bench.store.facts('2026-11-02').some(({ kind }) => kind === 'result');
  let labelsAfter = 0;
  state.meanwhile = async () => {
    if (isOver() && labelsAfter++ === 0)
      await Promise.race([label(), new Promise((resolve) => setTimeout(resolve, 50))]);
  };
  for (let labels = 0; labels < 60 && !isOver(); labels++) {
    await label();
    await bench.task.advance();
  }
  expect(labelsAfter).toBeGreaterThan(0);
  expect(announced).toMatchObject([{ result: { isWinner: true } }]);
  expect(announced[0]).not.toHaveProperty('isPending');
});

test.skipIf(process.platform !== 'linux')(
  'the thread of the method gives way to the one that answers clicks (Linux alone has priorities for threads)',
  async () => {
    await openBench();
    const priorityOf = async (thread: string) => {
      const stat = await readFile(`/proc/self/task/${thread}/stat`, 'utf8').catch(() => '');
      // The 19th field, counted after the name in parentheses, which may hold spaces.
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16];
    };
    const priorities = await Promise.all((await readdir('/proc/self/task')).map(priorityOf));
    const own = Number(await priorityOf(String(process.pid)));
    expect(priorities).toContain(String(Math.min(own + 5, 19)));
  },
);

test('work that stands aside lets people go first, one after the other, and goes on when its own wait is over', async () => {
  const done: string[] = [];
  const gate = Promise.withResolvers<void>();
  const turns = openTurns(async () => {
    done.push('due begins');
    await turns.aside(() => gate.promise);
    done.push('due goes on');
  });
  void turns.whenFree();
  await expect.poll(() => done).toEqual(['due begins']);
  let atWork = 0;
  const person = (name: string) => async () => {
    atWork += 1;
    expect(atWork).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 1));
    atWork -= 1;
    done.push(name);
  };
  await Promise.all([turns.inTurn(person('Ada')), turns.inTurn(person('Ben'))]);
  await turns.inTurn(person('Cleo'));
  expect(done).toEqual(['due begins', 'Ada', 'Ben', 'Cleo']);
  gate.resolve();
  await turns.idle();
  expect(done.at(-1)).toBe('due goes on');
});

test('work is caught up with when what was asked before is done, though people click on and on', async () => {
  const gate = Promise.withResolvers<void>();
  let [thoughts, isClicking] = [0, true];
  const turns = openTurns(async () => {
    thoughts += 1;
    if (isClicking) void turns.whenFree();
    await turns.aside(() => (thoughts === 1 ? gate.promise : sleep(1)));
  });
  void turns.whenFree();
  await expect.poll(() => thoughts).toBe(1);
  const caughtUp = turns.caughtUp();
  const click = turns.inTurn(async () => 'the first thought goes on');
  expect(await Promise.race([caughtUp, click])).toBe('the first thought goes on');
  gate.resolve();
  await caughtUp;
  isClicking = false;
  await turns.idle();
  expect(thoughts).toBeGreaterThan(1);
});
