import { expect, test } from 'vitest';
import type { Predicted } from '../../src/predictions/source.ts';
import { happeningsSince } from '../../src/task/handing/happenings.ts';
import { readJournal } from '../../src/task/journal.ts';
import { type Bench, openBench, rules } from './bench.ts';
import { days, labelToTheEnd, measuredOn, monday, nextBatch, tuesday, wednesday } from './several-days.ts';

const steady = { [monday]: [13, 7, 5, 3], [tuesday]: [13, 7, 5, 3], [wednesday]: [13, 7, 5, 3] };
/** On Tuesday most models err much more, and so they do on Wednesday. */
const broken = { [monday]: [13, 7, 5, 3], [tuesday]: [2, 3, 2, 2], [wednesday]: [2, 3, 2, 2] };

const warnings = ({ room }: Bench) =>
  [...room.messages.values()].flatMap((one) =>
    one.kind === 'notice' && one.notice.kind === 'drift' ? [one.notice] : [],
  );

const posts = ({ room }: Bench) => room.posts.filter((key) => key.includes('drift'));

test('a day whose images look unlike yesterday’s is warned of once, before anybody has labeled it', async () => {
  const bench = await openBench({ source: days(broken) });
  await nextBatch(bench, tuesday);
  expect(warnings(bench)).toMatchObject([{ batch: tuesday, drift: { what: 'images', since: monday } }]);
  const [agreement] = warnings(bench).map(({ drift }) => (drift.what === 'images' ? drift.agreement : undefined));
  expect(agreement!.now).toBeLessThan(agreement!.before);
  expect(bench.store.facts(tuesday).some(({ kind }) => kind === 'answer')).toBe(false);
  expect(bench.task.trend()).toMatchObject([{ isUnlike: false }, { isUnlike: true }]);
  // Wednesday is like Tuesday.
  await nextBatch(bench, wednesday);
  await bench.restart();
  await bench.task.look();
  expect(posts(bench)).toEqual([]);
  expect(bench.store.facts(wednesday).some(({ kind }) => kind === 'drift')).toBe(false);
});

test('killed before anybody heard of it, the bot warns once when it is back', async () => {
  const bench = await openBench({ source: days(broken) });
  bench.arrived.batch = tuesday;
  bench.room.isDown = true;
  // It looks again and again, as each time the card cannot be posted.
  await expect
    .poll(() =>
      bench.task
        .look()
        .catch(() => {})
        .then(() => bench.store.rounds().at(-1)),
    )
    .toBe(tuesday);
  expect(posts(bench)).toEqual([]);
  await bench.restart();
  await bench.task.look();
  expect(posts(bench)).toEqual([`${tuesday}:notice:drift:images`]);
  await bench.restart();
  await bench.task.look();
  expect(posts(bench)).toEqual([]);
  expect(bench.store.facts(tuesday).filter(({ kind }) => kind === 'drift')).toHaveLength(1);
});

test('a steady day, and one whose models and classes only stand in another order, are not warned of', async () => {
  const turned = (day: Predicted): Predicted => {
    const { images, models, classes } = day.predictions;
    const place = (cell: number) => Math.floor(cell / models) * models + (models - 1 - (cell % models));
    return {
      ...day,
      models: day.models.toReversed(),
      classes: day.classes.toReversed(),
      predictions: { ...day.predictions, images, classes: classes.map((_, cell) => 2 - classes[place(cell)]!) },
    };
  };
  for (const change of [(day: Predicted) => day, turned]) {
    const bench = await openBench({ source: days(steady, change) });
    await nextBatch(bench, tuesday);
    expect(warnings(bench)).toEqual([]);
    expect(bench.store.facts(tuesday).map(({ kind }) => kind)).not.toContain('drift');
  }
});

test('a deployed model that falls is warned of once, listeners hear of it, and the daily announcement says so', async () => {
  const bench = await openBench({
    source: days({ [monday]: [13, 7, 5, 3], [tuesday]: [2, 13, 5, 3], [wednesday]: [2, 13, 5, 3] }),
  });
  await labelToTheEnd(bench);
  await nextBatch(bench, tuesday);
  await labelToTheEnd(bench);
  const fallen = warnings(bench).flatMap(({ drift }) => (drift.what === 'accuracy' ? [drift] : []));
  expect(fallen).toMatchObject([{ model: 'wrong-13', before: { batch: monday, result: 1 } }]);
  const [{ before, now }] = fallen as [(typeof fallen)[number]];
  expect(before.accuracy - now.accuracy).toBeGreaterThan(1.96 * Math.hypot(before.accuracySd, now.accuracySd));
  await bench.task.announceDay(tuesday);
  const message = bench.room.messages.get(`${tuesday}:digest`);
  expect(message?.kind === 'digest' && message.digest.drift).toContainEqual(fallen[0]);
  const journal = readJournal(bench.store);
  const heard = happeningsSince('2026-11-01', journal, journal.names()).filter(({ type }) => type === 'drift.seen');
  expect(heard.map(({ data }) => data)).toContainEqual({ batch: tuesday, ...fallen[0] });
  await nextBatch(bench, wednesday);
  await labelToTheEnd(bench);
  expect(bench.store.facts(wednesday).some(({ kind }) => kind === 'drift')).toBe(false);
});

test('while the model that fell goes on serving, that is said once, and from what was measured when it was deployed', async () => {
  const fallen = [2, 13, 5, 3];
  const bench = await openBench({
    source: days({ [monday]: [13, 7, 5, 3], [tuesday]: fallen, [wednesday]: fallen }),
    rules: { ...rules, measure: 8, keepUnlessBetterBy: 1 },
  });
  await labelToTheEnd(bench);
  const { accuracy, halfWidth } = measuredOn(bench, monday);
  for (const day of [tuesday, wednesday]) {
    await nextBatch(bench, day);
    await labelToTheEnd(bench);
    expect(bench.deployed).toEqual(['wrong-13']);
  }
  const said = [tuesday, wednesday].map((day) =>
    bench.store.facts(day).flatMap((fact) => (fact.kind === 'drift' && fact.key !== 'drift:images' ? [fact.data] : [])),
  );
  expect(said).toMatchObject([[{ before: { batch: monday, accuracy, accuracySd: halfWidth / 1.96 } }], []]);
});
