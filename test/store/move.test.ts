import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Fact } from '../../src/round/facts.ts';
import { readSettings } from '../../src/settings/settings.ts';
import { openLowdbStore, readStore } from '../../src/store/lowdb-store.ts';
import { readPostgres } from '../../src/store/postgres/read.ts';
import { openPostgresStore } from '../../src/store/postgres/store.ts';
import { migrate } from '../../src/terminal/migrate.ts';
import { noPostgres, type RealPostgres, startPostgres } from './postgres-server.ts';

const at = '2026-11-02T08:00:00.000Z';
const pause = (n: number): Fact => ({ key: `pause:${n}`, at, kind: 'pause', by: 'U1' });
const data = { share: 0.1 + 0.2, text: '\u0000 ü 猫' };
const drift: Fact = { key: 'drift', at, kind: 'drift', data };

const why = noPostgres === undefined ? '' : ` (skipped: ${noPostgres})`;

describe.skipIf(noPostgres !== undefined)(`modelpicker migrate, with a real Postgres${why}`, () => {
  let server: RealPostgres;
  let address: string;
  let folder: string;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    address = server.withPassword(await server.database());
    folder = await mkdtemp(join(tmpdir(), 'modelpicker-move-'));
    onTestFinished(() => rm(folder, { recursive: true }));
  });

  const rounds = () => join(folder, 'live', 'rounds');
  const inPostgres = () => readPostgres({ address, task: 'owls' });

  async function move(to?: string): Promise<string> {
    const file = join(folder, 'modelpicker.yaml');
    await writeFile(file, 'name: owls\nbatches: batches\nstore: DATABASE_URL\n');
    const said = await migrate(readSettings(file), to, { DATABASE_URL: address });
    return said
      .replaceAll(folder, '')
      .replace(/127[^ \n]*/g, 'SERVER')
      .replace(/\d{4}-\d\d-\d\dT[\d-]+Z/g, 'NOW');
  }

  /** Two rounds, and what lies beside them. */
  async function fillFolder(): Promise<void> {
    const store = await openLowdbStore(rounds());
    await store.add('2026-11-02', pause(1));
    await store.add('2026-11-02', pause(2), drift);
    await store.add('2026-11-03', pause(1));
    await store.add('.hand-overs', pause(1));
    await store.close();
  }

  test('a folder goes in, comes out again, and is the same to the bit', async () => {
    await fillFolder();
    const before = await readStore(rounds());
    const wanted = JSON.stringify(before.rounds().map((name) => [name, before.facts(name)]));
    const saidIn = await move('postgres');
    expect(saidIn).toMatchInlineSnapshot(`
      "Task owls: moved 5 facts of 3 rounds from /live/rounds to SERVER
      Read back, they are the same to the bit and tell the same rounds (sha256 594a4e52a43b969208378e68e2162f07864234c436e84a3b41f6bb02db7e7bb9).
      The old ones are kept as /live/rounds.moved-NOW.
      The bot goes on from there."
    `);
    const there = await inPostgres();
    expect(JSON.stringify(there.rounds().map((name) => [name, there.facts(name)]))).toBe(wanted);
    expect(await readdir(join(folder, 'live'))).toEqual([expect.stringMatching(/^rounds\.moved-/)]);
    const saidOut = await move('files');
    expect(saidOut).toMatchInlineSnapshot(`
      "Task owls: moved 5 facts of 3 rounds from SERVER to /live/rounds.
      Read back, they are the same to the bit and tell the same rounds (sha256 594a4e52a43b969208378e68e2162f07864234c436e84a3b41f6bb02db7e7bb9).
      The old ones are kept as task "owls (moved NOW)" in SERVER
      Take "store" out of the settings now, or the bot starts from nothing."
    `);
    expect(saidOut).toContain(/sha256 \w+/.exec(saidIn)![0]);
    const after = await readStore(rounds());
    expect(JSON.stringify(after.rounds().map((name) => [name, after.facts(name)]))).toBe(wanted);
    expect((await inPostgres()).rounds()).toEqual([]);
    // And in once more, beside what is kept of the first time.
    expect(await move('postgres')).toContain('moved 5 facts of 3 rounds');
  });

  test('a bot goes on from where the facts were moved', async () => {
    await fillFolder();
    await move('postgres');
    const store = await openPostgresStore({ address, task: 'owls' });
    expect(await store.add('2026-11-02', pause(2))).toBe(false);
    expect(await store.add('2026-11-02', pause(3))).toBe(true);
    await store.close();
    await move('files');
    expect((await readStore(rounds())).facts('2026-11-02')).toEqual([pause(1), pause(2), drift, pause(3)]);
  });

  test('a target that has other facts is refused, and neither end is touched', async () => {
    await fillFolder();
    const store = await openPostgresStore({ address, task: 'owls' });
    await store.add('2026-11-02', pause(1));
    await store.close();
    const refusal = /Nothing was moved: .* has facts of 1 round already \(2026-11-02\), and not these/;
    await expect(move('postgres')).rejects.toThrow(refusal);
    await expect(move('files')).rejects.toThrow(/Nothing was moved: .*rounds has facts of 3 rounds already/);
    expect((await inPostgres()).facts('2026-11-02')).toEqual([pause(1)]);
    expect((await readStore(rounds())).rounds()).toHaveLength(3);
  });

  test('a move that was cut short after everything was written is only finished', async () => {
    await fillFolder();
    const store = await openPostgresStore({ address, task: 'owls' });
    const files = await readStore(rounds());
    for (const name of files.rounds()) await store.add(name, ...files.facts(name));
    await store.close();
    expect(await move('postgres')).toContain('were in SERVER already, from an earlier move');
    expect((await readStore(rounds())).rounds()).toEqual([]);
  });

  test('where what is read back differs, nothing was written and the folder stays', async () => {
    await fillFolder();
    await (await openPostgresStore({ address, task: 'another' })).close();
    const spoiler = new pg.Client(address);
    await spoiler.connect();
    await spoiler.query(`
      create function spoil() returns trigger language plpgsql as $$
        begin new.fact = replace(new.fact::text, '0.30000000000000004', '0.3')::json; return new; end $$;
      create trigger spoil before insert on modelpicker.facts for each row execute function spoil();
    `);
    await spoiler.end();
    await expect(move('postgres')).rejects.toThrow('Nothing was moved: what was read back is not what was written.');
    expect((await inPostgres()).rounds()).toEqual([]);
    expect((await readStore(rounds())).rounds()).toHaveLength(3);
  });

  test('a bot at work on either end is named, and nothing is moved', async () => {
    await fillFolder();
    const files = await openLowdbStore(rounds());
    await expect(move('postgres')).rejects.toThrow(/Another bot \(process \d+ on .*\) works on this data/);
    await files.close();
    const store = await openPostgresStore({ address, task: 'owls' });
    onTestFinished(() => store.close());
    await expect(move('postgres')).rejects.toThrow(
      /Another bot \(process \d+ on .*\) works on task owls\. Stop it first/,
    );
    await expect(move('files')).rejects.toThrow(/Another bot \(process \d+ on .*\) works on task owls/);
    expect((await readStore(rounds())).rounds()).toHaveLength(3);
  });

  test('without facts, a target, or a Postgres in the settings there is nothing to do, and the cure is said', async () => {
    await expect(move('postgres')).rejects.toThrow(/There is nothing to move: no facts in .*rounds/);
    await expect(move('files')).rejects.toThrow(/There is nothing to move: no facts in task owls/);
    await expect(move()).rejects.toThrow('Where to? Use --to postgres, or --to files.');
    await expect(move('mysql')).rejects.toThrow('"mysql" is neither');
    const file = join(folder, 'files.yaml');
    await writeFile(file, 'batches: batches\n');
    await expect(migrate(readSettings(file), 'postgres', {})).rejects.toThrow(
      /names no "store": write the Postgres there/,
    );
  });

  test('what lies in a folder without facts is not overwritten', async () => {
    await fillFolder();
    await move('postgres');
    await mkdir(rounds(), { recursive: true });
    await writeFile(join(rounds(), 'notes.txt'), 'mine');
    await expect(move('files')).rejects.toThrow(/is not empty: notes\.txt/);
    expect((await inPostgres()).rounds()).toHaveLength(3);
  });
});
