import { describe, expect, test } from 'vitest';
import type { Predicted } from '../../src/predictions/source.ts';
import type { Fact, Result } from '../../src/round/facts.ts';
import type { Round } from '../../src/round/round.ts';
import { accuracyDrift } from '../../src/task/days/drift.ts';
import { happeningsSince } from '../../src/task/handing/happenings.ts';
import { type NewFact, readJournal } from '../../src/task/journal.ts';
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

test('a fall that the labels alone leave open is told once images drawn at random have shown it', async () => {
  const bench = await openBench({
    source: days({ [monday]: [13, 7, 5, 3], [tuesday]: [7, 30, 3, 3] }),
    rules: { ...rules, measure: 60 },
  });
  await labelToTheEnd(bench);
  await nextBatch(bench, tuesday);
  await labelToTheEnd(bench);
  const kinds = bench.store.facts(tuesday).map(({ kind, key }) => (kind === 'drift' ? key : kind));
  expect(kinds.indexOf('drift:accuracy:1')).toBeGreaterThan(kinds.indexOf('measured'));
  const [fallen] = warnings(bench).flatMap(({ drift }) => (drift.what === 'accuracy' ? [drift] : []));
  expect(fallen).toMatchObject({ model: 'wrong-13', before: { batch: monday } });
  // It gets 8 of 60 images wrong, and another model won.
  expect(fallen!.now.accuracy).toBeCloseTo(52 / 60, 1);
});

describe('a model that serves day after day', () => {
  const result = { number: 1, labels: 30 };
  const names = ['1', '2', '3', '4', '5', '6'];
  /** What is said of the days of a model whose share of right images is known within two points to either side. */
  function saidOf(shares: readonly number[], modelOn = (_day: number) => 'fog') {
    const said = new Map<string, readonly NewFact[]>();
    const claims = shares.map((accuracy, day) => ({
      ...{ batch: names[day]!, at: '', noted: { in: '', place: 0 } },
      result: { ...result, model: modelOn(day), accuracy, accuracySd: 0.01 } as Result,
    }));
    const journal = {
      names: () => names,
      facts: (name: string) => (said.get(name) ?? []) as readonly Fact[],
      round: () => ({ measured: new Map() }) as unknown as Round,
      deploymentsBefore: (batch: string) => Iterator.from(claims.slice(0, names.indexOf(batch)).reverse()),
    };
    for (const [day, { batch, result: won }] of claims.entries()) {
      const { model } = claims[Math.max(0, day - 1)]!.result;
      const present = { model, accuracy: won.accuracy, accuracySd: won.accuracySd };
      said.set(batch, accuracyDrift(batch, { ...won, present }, undefined, journal));
    }
    const sinceOf = (fact: NewFact) => (fact.kind === 'drift' ? (fact.data as { before: object }).before : undefined);
    return [...said].flatMap(([batch, facts]) => facts.map((fact) => [batch, sinceOf(fact)]));
  }
  test('and falls a little each day is held against its first day, and from then on against the day it was told', () => {
    expect(saidOf([0.97, 0.95, 0.93, 0.91, 0.89, 0.87])).toMatchObject([
      ['3', { batch: '1', accuracy: 0.97 }],
      ['5', { batch: '3', accuracy: 0.93 }],
    ]);
    expect(saidOf([0.97, 0.96, 0.97, 0.95, 0.96, 0.97])).toEqual([]);
  });

  test('and comes back after another is held against the day it came back', () => {
    expect(saidOf([0.97, 0.95, 0.93, 0.93, 0.92, 0.91], (day) => (day === 1 ? 'night' : 'fog'))).toEqual([]);
  });
});
