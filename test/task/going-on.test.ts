import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Serving, Target } from '../../src/deploy/target.ts';
import { openBeliefLog } from '../../src/task/beliefs/log.ts';
import { MessageRefused } from '../../src/task/going-on/obstacle.ts';
import { openTurns } from '../../src/task/turns.ts';
import { answerTruly, asked, type Bench, openBench, predictedBatch, rules } from './bench.ts';

const [first, second] = ['2026-11-02', '2026-11-03'];

/** A target that works when it is told to; what it serves outlives the bot. */
function openShelf() {
  const shelf = { works: false, lacks: '', tries: 0, serves: undefined as Serving | undefined };
  const target: Target = {
    name: 'a shelf',
    handOver: async ({ batch, result: { number, model }, sha256, withdrawnBy }) => {
      shelf.tries += 1;
      if (!shelf.works || batch === shelf.lacks) throw new Error('The winner was replaced. Put it back.');
      shelf.serves = { batch, result: number, model, sha256, isWithdrawn: withdrawnBy !== undefined };
    },
    serving: async () => shelf.serves,
  };
  return { shelf, target };
}

async function labelToTheEnd(bench: Bench): Promise<void> {
  while (bench.room.card().now.kind === 'asking') await answerTruly(bench);
}

function pass(bench: Bench, minutes: number): Promise<void> {
  bench.clock.now = new Date(bench.clock.now.getTime() + minutes * 60_000);
  return bench.task.advance();
}

async function nextBatch(bench: Bench, name: string): Promise<void> {
  bench.arrived.batch = name;
  await expect.poll(() => bench.task.look().then(() => bench.store.rounds().at(-1))).toBe(name);
}

test('a winner that cannot be put in place is said to be so, everywhere, and holds nothing up', async () => {
  const { shelf, target } = openShelf();
  const bench = await openBench({ target });
  await labelToTheEnd(bench);
  expect(bench.room.messages.get(`${first}:result:1`)).toMatchObject({ announcement: { isPending: true } });
  expect(bench.task.results()).toEqual([]);
  const status = await bench.task.status();
  expect(status).not.toHaveProperty('deployed');
  expect(status).toMatchObject({ troubles: [{ kind: 'hand-over', batch: first, model: 'wrong-13' }] });
  await bench.task.announceDay(first);
  expect(bench.room.posts).not.toContain(`${first}:digest`);
  await nextBatch(bench, second);
  expect(bench.room.card().batch).toBe(second);
  await answerTruly(bench);
  expect(bench.room.card().progress.labels).toBe(1);
  shelf.works = true;
  await pass(bench, 120);
  expect(shelf.serves).toMatchObject({ batch: first, model: 'wrong-13' });
  expect(bench.room.messages.get(`${first}:result:1`)).not.toHaveProperty('announcement.isPending');
  expect(bench.task.results()).toMatchObject([{ batch: first }]);
});

test('what people ask for does not wait for a slow hand-over; a winner withdrawn meanwhile says so where it serves', async () => {
  const slow = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const { shelf, target } = openShelf();
  shelf.works = true;
  const handOver: Target['handOver'] = async (winner) => {
    begun.resolve();
    await slow.promise;
    await target.handOver(winner);
  };
  const bench = await openBench({ target: { ...target, handOver } });
  const labeled = labelToTheEnd(bench);
  await begun.promise;
  expect(await bench.task.reopen('U1')).toBe(true);
  expect(await bench.task.pause('U1')).toBe(true);
  slow.resolve();
  await labeled;
  await bench.task.idle();
  expect(shelf.serves).toMatchObject({ batch: first, result: 1, isWithdrawn: true });
  expect(bench.task.results()).toMatchObject([{ batch: first, withdrawnBy: 'U1' }]);
  expect(bench.room.card().now.kind).toBe('paused');
});

test('the waits between tries grow, and admins are told once with the cure, also over restarts', async () => {
  const { shelf, target } = openShelf();
  const bench = await openBench({ target });
  await labelToTheEnd(bench);
  for (let click = 0; click < 5; click++) await bench.task.advance();
  expect(shelf.tries).toBe(1);
  for (let minute = 0; minute < 60; minute++) await pass(bench, 1);
  expect(shelf.tries).toBeGreaterThan(4);
  expect(shelf.tries).toBeLessThan(10);
  expect(bench.room.told).toEqual([
    { kind: 'hand-over', batch: first, model: 'wrong-13', problem: 'The winner was replaced. Put it back.' },
  ]);
  const before = shelf.tries;
  await bench.restart();
  expect(shelf.tries).toBe(before + 1);
  expect(bench.room.told).toEqual([]);
  // It has not worked for an hour, and nobody has mended it meanwhile: the waits go on where they were.
  for (let minute = 0; minute < 59; minute++) await pass(bench, 1);
  expect(shelf.tries).toBe(before + 1);
  await pass(bench, 1);
  expect(shelf.tries).toBe(before + 2);
});

test('what worked in between and fails again is news again, with short waits', async () => {
  const { shelf, target } = openShelf();
  const bench = await openBench({ target });
  shelf.works = true;
  await labelToTheEnd(bench);
  const fail = async () => {
    shelf.works = false;
    shelf.serves = undefined;
    await bench.restart();
    await pass(bench, 1);
  };
  await fail();
  expect([shelf.tries, bench.room.told.length]).toEqual([3, 1]);
  shelf.works = true;
  await pass(bench, 10);
  await pass(bench, 3_000);
  expect(shelf.serves).toMatchObject({ batch: first });
  shelf.tries = 0;
  await fail();
  expect([shelf.tries, bench.room.told.length]).toEqual([2, 1]);
});

test('the winner serves before anybody is told, and the fact that it does comes after', async () => {
  const seen: unknown[] = [];
  const { shelf, target } = openShelf();
  shelf.works = true;
  const bench = await openBench({
    target: {
      ...target,
      handOver: (winner) => {
        seen.push(bench.room.posts.includes(`${first}:result:1`), bench.task.results().length);
        return target.handOver(winner);
      },
    },
  });
  await labelToTheEnd(bench);
  expect(seen).toEqual([false, 0]);
  expect(bench.task.results()).toHaveLength(1);
});

test('an older winner that could not be put in place does not replace a newer one later', async () => {
  const { shelf, target } = openShelf();
  const bench = await openBench({ target });
  await labelToTheEnd(bench);
  await nextBatch(bench, second);
  Object.assign(shelf, { works: true, lacks: first });
  await labelToTheEnd(bench);
  expect(shelf.serves).toMatchObject({ batch: second });
  shelf.lacks = '';
  await pass(bench, 600);
  await pass(bench, 600);
  expect(shelf.serves).toMatchObject({ batch: second });
  await bench.restart();
  expect(shelf.serves).toMatchObject({ batch: second });
});

test('what somebody removed from where it served is put back at the next start, and status does not name it before', async () => {
  const { shelf, target } = openShelf();
  shelf.works = true;
  const bench = await openBench({ target });
  await labelToTheEnd(bench);
  expect(await bench.task.status()).toMatchObject({ deployed: { batch: first } });
  shelf.serves = undefined;
  expect(await bench.task.status()).not.toHaveProperty('deployed');
  await bench.restart();
  expect(shelf.serves).toMatchObject({ batch: first, model: 'wrong-13' });
});

test('an announcement that is refused as it is does not keep the next batch from its round', async () => {
  const bench = await openBench();
  const { post } = bench.room;
  bench.room.post = async (message, options) => {
    if (message.kind === 'result') throw new MessageRefused('invalid_blocks');
    return post(message, options);
  };
  await labelToTheEnd(bench);
  await bench.task.advance();
  expect(bench.room.told).toMatchObject([{ kind: 'message', batch: first, problem: 'invalid_blocks' }]);
  await nextBatch(bench, second);
  expect(bench.room.card().batch).toBe(second);
  bench.room.post = post;
  await pass(bench, 120);
  await pass(bench, 120);
  expect(bench.room.posts).toContain(`${first}:result:1`);
  expect(bench.room.told).toHaveLength(1);
});

test('a method that fails keeps the clicks, tells admins, and goes on when it works again', async () => {
  const method = { works: true };
  const bench = await openBench({
    openBeliefs: (opening) => {
      const log = openBeliefLog(opening);
      return {
        view: async (...question) => {
          if (!method.works) throw new Error('out of memory');
          return log.view(...question);
        },
        confidencePath: async (clicks) => log.confidencePath(clicks),
        review: async (clicks) => log.review(clicks),
        measure: async (...asked) => log.measure(...asked),
        close: async () => {},
      };
    },
  });
  const { id } = asked(bench);
  method.works = false;
  expect(await bench.task.answer({ question: id, class: 0, annotator: 'U1' })).toMatchObject({ kind: 'recorded' });
  await expect(bench.task.advance()).rejects.toThrow('out of memory');
  expect(bench.room.told).toMatchObject([{ kind: 'method', batch: first, problem: 'out of memory' }]);
  method.works = true;
  await bench.task.advance();
  expect(asked(bench).id).not.toBe(id);
});

test('a round of which the method makes nothing does not keep the next batch from its own, and ends when it works', async () => {
  const method = { works: true };
  let rounds = 0;
  const bench = await openBench({
    openBeliefs: (opening) => {
      const log = openBeliefLog(opening);
      const isFirst = rounds++ === 0;
      return {
        view: async (...question) => {
          if (isFirst && !method.works) throw new Error('not a number');
          return log.view(...question);
        },
        confidencePath: async (clicks) => log.confidencePath(clicks),
        review: async (clicks) => log.review(clicks),
        measure: async (...asked) => log.measure(...asked),
        close: async () => {},
      };
    },
  });
  await answerTruly(bench);
  method.works = false;
  bench.arrived.batch = second;
  await expect
    .poll(() =>
      bench.task.look().then(
        () => bench.store.rounds(),
        () => bench.store.rounds(),
      ),
    )
    .toContain(second);
  expect(bench.room.card().batch).toBe(second);
  method.works = true;
  await pass(bench, 120);
  expect(bench.room.posts).toContain(`${first}:result:1`);
});

test('status waits for the method, and a click does not wait for status', async () => {
  const gate = Promise.withResolvers<void>();
  let isHeld = false;
  const bench = await openBench({
    openBeliefs: (opening) => {
      const log = openBeliefLog(opening);
      return {
        view: async (clicks, pending, count) => {
          // Of all that ask, only people who look want no image.
          if (isHeld && count === 0) await gate.promise;
          return log.view(clicks, pending, count);
        },
        confidencePath: async (clicks) => log.confidencePath(clicks),
        review: async (clicks) => log.review(clicks),
        measure: async (...asked) => log.measure(...asked),
        close: async () => {},
      };
    },
  });
  isHeld = true;
  const status = bench.task.status();
  const { id } = asked(bench);
  await answerTruly(bench);
  expect(asked(bench).id).not.toBe(id);
  gate.resolve();
  expect(await status).toMatchObject({ kind: 'round' });
});

test('the path of the confidence is filled in step by step, and is then what a whole replay gives', async () => {
  const { predictions: matrix } = predictedBatch();
  const clicks = Array.from({ length: 60 }, (_, image) => ({ image, class: image % 3, annotator: 'U1' }));
  const grown = openBeliefLog({ matrix, rules });
  for (let count = 0; count <= clicks.length; count++) grown.view(clicks.slice(0, count), [], 1);
  const replayed = openBeliefLog({ matrix, rules });
  replayed.view(clicks, [], 1);
  expect(replayed.confidencePath(clicks).filter(Number.isNaN).length).toBeGreaterThan(40);
  let steps = 0;
  while (replayed.catchUp()) steps += 1;
  expect(steps).toBeLessThan(clicks.length);
  expect(replayed.confidencePath(clicks)).toEqual(grown.confidencePath(clicks));
});

test('a replay works out each confidence once, however many labels there are', () => {
  const { predictions: matrix } = predictedBatch([13, 7, 5, 3], 300);
  const clicks = Array.from({ length: 240 }, (_, image) => ({ image, class: image % 3, annotator: `U${image % 3}` }));
  const stepsFor = (labels: number) => {
    const log = openBeliefLog({ matrix, rules });
    log.view(clicks.slice(0, labels), [], 1);
    const unknown = log.confidencePath(clicks.slice(0, labels)).filter(Number.isNaN).length;
    let steps = 0;
    while (log.catchUp()) steps += 1;
    expect(steps).toBe(unknown);
    return steps;
  };
  const [some, twice, more] = [stepsFor(60), stepsFor(120), stepsFor(240)];
  expect([twice - some, more - twice]).toEqual([60, 120]);
});

test('thousands of labels are replayed in one go, and an undo far back gives what those without it give', () => {
  const { predictions: matrix } = predictedBatch([13, 7, 5, 3], 5_000);
  const clicks = Array.from({ length: 5_000 }, (_, image) => ({ image, class: image % 3, annotator: `U${image % 3}` }));
  const before = process.memoryUsage().heapUsed;
  const log = openBeliefLog({ matrix, rules });
  log.view(clicks, [], 1);
  // A belief after each of them would take gigabytes.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(400e6);
  const undone = clicks.toSpliced(700, 1);
  expect(log.view(undone, [], 3)).toEqual(openBeliefLog({ matrix, rules }).view(undone, [], 3));
  // Click by click the same, as after the last mark.
  const grown = openBeliefLog({ matrix, rules });
  for (let count = 60; count <= 70; count++) grown.view(clicks.slice(0, count), [], 1);
  expect(grown.view(clicks.slice(0, 70), [], 3)).toEqual(
    openBeliefLog({ matrix, rules }).view(clicks.slice(0, 70), [], 3),
  );
}, 60_000);

test('at a stop, clicks that wait behind slow work are kept, and that work adds nothing any more', async () => {
  const bench = await openBench();
  const slow = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const { post } = bench.room;
  const announcement = `${first}:result:1`;
  bench.room.post = async (message, options) => {
    if (message.key !== announcement) return post(message, options);
    begun.resolve();
    await slow.promise;
    return post(message, options);
  };
  // Answered truly until the winner is being announced, which does not end.
  const labeled = labelToTheEnd(bench).catch(() => undefined);
  await begun.promise;
  const reopened = bench.task.reopen('UADMIN');
  await bench.task.abandon();
  expect(await reopened).toBe(true);
  expect(bench.store.facts(first).at(-1)).toMatchObject({ kind: 'withdrawal' });
  slow.resolve();
  await labeled;
  await bench.task.idle();
  expect(bench.store.facts(first).some((fact) => fact.kind === 'posted' && fact.message === announcement)).toBe(false);
});

test('at a stop, of two clicks on one question one counts, and of two undos one, and everybody is told so', async () => {
  const bench = await openBench();
  await answerTruly(bench);
  const { answer } = bench.task.history()[0]!;
  const { id } = asked(bench);
  const clicks = ['U1', 'U2'].map((annotator) => bench.task.answer({ question: id, class: 0, annotator }));
  const undos = ['U1', 'UADMIN'].map((by) => bench.task.undo({ answer, by, isAdmin: true }));
  const leases = ['U3', 'U4'].map((annotator) => bench.task.lease(annotator));
  await bench.task.abandon();
  expect((await Promise.all(clicks)).map(({ kind }) => kind).sort()).toEqual(['already answered', 'recorded']);
  expect((await Promise.all(undos)).map(({ kind }) => kind).sort()).toEqual(['already undone', 'undone']);
  const leased = (await Promise.all(leases)).map((outcome) => outcome.kind === 'question' && outcome.question.id);
  expect(new Set(leased).size).toBe(2);
});

test('people’s work goes before what is due, and two who ask for that at once get it once', async () => {
  const done: string[] = [];
  const turns = openTurns(async () => {
    done.push('due');
    await sleep(1);
  });
  const due = [turns.whenFree(), turns.whenFree()];
  const person = turns.inTurn(async () => void done.push('person'));
  await Promise.all([...due, person]);
  await turns.idle();
  expect(done).toEqual(['person', 'due']);
});
