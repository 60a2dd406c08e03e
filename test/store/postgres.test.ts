import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Fact } from '../../src/round/facts.ts';
import { readPostgres } from '../../src/store/postgres/read.ts';
import { bringUpToDate, newestSchema, schemaVersion } from '../../src/store/postgres/schema.ts';
import type { SessionOptions } from '../../src/store/postgres/session.ts';
import { openPostgresStore } from '../../src/store/postgres/store.ts';
import type { Store } from '../../src/store/store.ts';
import { openTestLine, type TestLine } from './line-to-postgres.ts';
import { noPostgres, type RealPostgres, startPostgres } from './postgres-server.ts';

const pause = (n: number): Fact => ({ key: `pause:${n}`, at: '2026-11-02T08:00:00.000Z', kind: 'pause', by: 'U1' });
const pauses = (...numbers: number[]) => numbers.map(pause);

/** The changes of this release, which every start has made already. */
const done: readonly string[] = Array(newestSchema).fill('');

const why = noPostgres === undefined ? '' : ` (skipped: ${noPostgres})`;

describe.skipIf(noPostgres !== undefined)(`facts in a real Postgres${why}`, () => {
  let server: RealPostgres;
  let address: string;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    address = server.withPassword(await server.database());
  });

  async function open(options: SessionOptions & { task?: string; by?: string } = {}): Promise<Store> {
    const { task = 'animals', by = address, ...session } = options;
    const store = await openPostgresStore({ address: by, task }, session);
    onTestFinished(() => store.close());
    return store;
  }

  async function line(): Promise<TestLine> {
    const opened = await openTestLine(address);
    onTestFinished(() => opened.close());
    return opened;
  }

  async function client(): Promise<pg.Client> {
    const opened = new pg.Client(address);
    opened.on('error', () => undefined);
    await opened.connect();
    onTestFinished(() => opened.end().catch(() => undefined));
    return opened;
  }

  test('tasks share a table, and none sees the other’s facts', async () => {
    const [animals, plants] = [await open(), await open({ task: 'plants' })];
    await animals.add('monday', pause(1));
    expect(await plants.add('monday', pause(1), pause(2))).toBe(true);
    expect([animals.facts('monday'), plants.facts('monday')]).toEqual([pauses(1), pauses(1, 2)]);
    // Whoever only looks needs no turn.
    const look = await readPostgres({ address, task: 'plants' });
    expect([look.rounds(), look.facts('monday'), look.holds('monday', 'round')]).toEqual([
      ['monday'],
      pauses(1, 2),
      false,
    ]);
  });

  test('whoever only looks makes no tables, and finds nothing where there are none', async () => {
    expect((await readPostgres({ address, task: 'animals' })).rounds()).toEqual([]);
    expect(await schemaVersion(await client())).toBe(0);
  });

  test('two bots that start at once make the tables once', async () => {
    await Promise.all(['a', 'b', 'c'].map((task) => open({ task })));
    expect(await schemaVersion(await client())).toBe(newestSchema);
  });

  test('a change of the tables is made once, in order, and facts of before are still there', async () => {
    await (await open()).add('monday', pause(1));
    const changed = [
      ...done,
      'alter table modelpicker.facts add column note text',
      "update modelpicker.facts set note = 'old'",
    ];
    const both = await Promise.all([client(), client()]);
    await Promise.all(both.map((one) => bringUpToDate(one, changed)));
    expect(await schemaVersion(both[0]!, changed.length)).toBe(newestSchema + 2);
    expect((await both[0]!.query('select key, note from modelpicker.facts')).rows).toEqual([
      { key: 'pause:1', note: 'old' },
    ]);
  });

  test('a change that fails leaves the tables as they were', async () => {
    await open();
    const one = await client();
    await expect(bringUpToDate(one, [...done, 'create table modelpicker.more ()', 'nonsense'])).rejects.toThrow(
      /syntax/,
    );
    expect(await schemaVersion(one)).toBe(newestSchema);
    expect((await one.query("select to_regclass('modelpicker.more') as made")).rows).toEqual([{ made: null }]);
  });

  test('tables of a newer release are refused and not touched, by whoever writes and whoever looks', async () => {
    const store = await open();
    await store.add('monday', pause(1));
    await store.close();
    await (await client()).query('update modelpicker.schema set version = 99');
    const refusal = `of version 99, made by a newer release; this one knows ${newestSchema}. Nothing was changed`;
    await expect(open()).rejects.toThrow(refusal);
    await expect(readPostgres({ address, task: 'animals' })).rejects.toThrow(refusal);
  });

  test('a kind of fact that only a newer release knows is refused', async () => {
    await open({ task: 'other' });
    const fact = JSON.stringify({ ...pause(1), kind: 'dream' });
    await (await client()).query("insert into modelpicker.facts values ('animals', 'monday', 0, 'pause:1', 1, $1)", [
      fact,
    ]);
    await expect(open()).rejects.toThrow(/Round monday in 127.*was written by a newer release.*kind "dream"/);
  });

  test('what the server refuses is not there, and the next fact is taken', async () => {
    const store = await open();
    const refused = store.add('monday', { ...pause(1), key: 'no text for Postgres: \u0000' });
    await expect(refused).rejects.toThrow(/Can't save to 127\.0\.0\.1:\d+\/d\d+: invalid byte sequence/);
    expect(store.facts('monday')).toEqual([]);
    expect(await store.add('monday', pause(1))).toBe(true);
  });

  test('through crashes of the server, facts are there once and in order', async () => {
    const store = await open();
    await store.add('monday', pause(1));
    const writes: Promise<boolean>[] = [];
    for (const n of [2, 3]) {
      writes.push(store.add('monday', pause(n)));
      await server.crash();
      writes.push(store.add('monday', pause(n + 2)));
      await server.start();
    }
    expect(await Promise.all(writes)).toEqual([true, true, true, true]);
    const inDatabase = (await readPostgres({ address, task: 'animals' })).facts('monday');
    expect(store.facts('monday')).toEqual(inDatabase);
    expect(inDatabase).toEqual(pauses(1, 2, 4, 3, 5));
  });

  test('a fact whose confirmation was lost on the way is there once, and counts', async () => {
    const by = await line();
    const store = await open({ by: by.address });
    by.swallow = 'INSERT 0 2';
    expect(await store.add('monday', pause(1), pause(2))).toBe(true);
    expect(by.swallow).toBeUndefined();
    expect(await store.add('monday', pause(2))).toBe(false);
    expect(await store.add('monday', pause(3))).toBe(true);
    expect((await readPostgres({ address, task: 'animals' })).facts('monday')).toEqual(pauses(1, 2, 3));
  });

  test('a write that the server cannot be asked about in time is refused as unsure, and known at the next', async () => {
    const by = await line();
    const store = await open({ by: by.address, patienceMs: 300 });
    Object.assign(by, { swallow: 'INSERT 0 1', diesThen: true });
    const unsure = store.add('monday', pause(1));
    await expect(unsure).rejects.toThrow(/for certain: .*\. It may be there after the next try/);
    expect(store.facts('monday')).toEqual([]);
    by.isDead = false;
    by.cut();
    await expect.poll(() => store.add('monday', pause(2)).catch(() => false), { interval: 300 }).toBe(true);
    expect(store.facts('monday')).toEqual(pauses(1, 2));
  });

  test('what is asked at once is put to the server one by one, as the next version of its client wants it', async () => {
    const warnings: string[] = [];
    const note = ({ message }: Error) => void warnings.push(message);
    process.on('warning', note);
    onTestFinished(() => void process.off('warning', note));
    const store = await open();
    const writes = [1, 2, 3].map((n) => store.add('monday', pause(n)));
    await Promise.all([...writes, ...writes.map(() => store.refuseIfLost())]);
    // Node tells of a warning in a later turn.
    await new Promise(setImmediate);
    expect(warnings).toEqual([]);
    expect(store.facts('monday')).toEqual(pauses(1, 2, 3));
  });

  test('a second bot waits, says for whom, and goes on with everything when the first has closed', async () => {
    const first = await open();
    await first.add('monday', pause(1));
    const told: string[] = [];
    const second = open({ onWait: (holder) => told.push(holder) });
    await expect.poll(() => told).toEqual([expect.stringMatching(/^process \d+ on ./)]);
    await first.add('monday', pause(2));
    await first.close();
    expect((await second).facts('monday')).toEqual(pauses(1, 2));
    expect(await (await second).add('monday', pause(3))).toBe(true);
  });

  test('one that was cut off writes nothing once another has taken over, and is told so', async () => {
    const by = await line();
    const [first, quiet] = [await open({ by: by.address }), await open({ task: 'quiet' })];
    await first.add('monday', pause(1));
    by.isDead = true;
    const late = first.add('monday', pause(2));
    late.catch(() => undefined);
    const second = await open();
    await second.add('monday', pause(3));
    by.isDead = false;
    by.cut();
    const refusal = /Another bot \(process \d+ on .*\) has taken over task animals/;
    await expect(late).rejects.toThrow(refusal);
    await expect(first.refuseIfLost()).rejects.toThrow(refusal);
    await expect(first.add('monday', pause(4))).rejects.toThrow(refusal);
    expect((await first.lost).message).toMatch(refusal);
    await second.refuseIfLost();
    expect((await readPostgres({ address, task: 'animals' })).facts('monday')).toEqual(pauses(1, 3));
    // Meanwhile one that had nothing to say has kept its turn.
    await quiet.refuseIfLost();
  });

  test('a session whose epoch has passed is refused by the very statement that writes', async () => {
    const store = await open();
    await store.add('monday', pause(1));
    await (await client()).query('update modelpicker.tasks set epoch = epoch + 1');
    await expect(store.add('monday', pause(2))).rejects.toThrow(/has taken over/);
    expect((await readPostgres({ address, task: 'animals' })).facts('monday')).toEqual(pauses(1));
  });

  test('what is in the way is told with its cure, and never with the password', async () => {
    const wrong = address.replace(server.password, 'another-secret');
    const said: string[] = [];
    for (const by of [wrong, address.replace(/\/d\d+$/, '/nowhere'), 'postgres://u:another-secret@127.0.0.1:9/x']) {
      const error = await open({ by }).catch((found: unknown) => found);
      said.push(error instanceof Error ? `${error.message} ${error.stack} ${JSON.stringify(error)}` : 'opened');
    }
    expect(said[0]).toMatch(/password authentication failed for user "picker"\. Set PGUSER and PGPASSWORD/);
    expect(said[1]).toMatch(/database "nowhere" does not exist\. Make that database/);
    expect(said[2]).toMatch(/Can't use the Postgres 127\.0\.0\.1:9\/x: .*Is it running/);
    for (const secret of [server.password, 'another-secret']) expect(said.join()).not.toContain(secret);
  });
});
