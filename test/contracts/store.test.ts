import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Fact } from '../../src/round/facts.ts';
import { openLowdbStore } from '../../src/store/lowdb-store.ts';
import { openPostgresStore } from '../../src/store/postgres/store.ts';
import type { Store } from '../../src/store/store.ts';
import { noPostgres, type RealPostgres, startPostgres } from '../store/postgres-server.ts';

const pause = (n: number): Fact => ({ kind: 'pause', key: `pause:${n}`, by: 'U1', at: '2026-11-02T08:00:00.000Z' });

/** What every store promises; `open` opens the one of a folder, again and again. */
function contract(name: string, open: (folder: string) => Promise<Store>): void {
  async function newFolder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'modelpicker-contract-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    return folder;
  }

  test(`${name}: what was added is there in order after it was closed`, async () => {
    const folder = await newFolder();
    const store = await open(folder);
    expect(store.damaged).toEqual([]);
    expect(store.rounds()).toEqual([]);
    expect(store.facts('monday')).toEqual([]);
    await Promise.all([1, 2, 3].map((n) => store.add('monday', pause(n))));
    await store.close();
    const again = await open(folder);
    onTestFinished(() => again.close());
    expect([again.holds('monday', 'pause'), again.holds('monday', 'round'), again.holds('tuesday', 'pause')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(again.facts('monday')).toEqual([1, 2, 3].map(pause));
    expect([again.holds('monday', 'pause'), again.holds('monday', 'round')]).toEqual([true, false]);
  });

  test(`${name}: a fact is there once, and facts added together are there together or not at all`, async () => {
    const store = await open(await newFolder());
    onTestFinished(() => store.close());
    expect(await Promise.all([store.add('monday', pause(1)), store.add('monday', pause(1))])).toEqual([true, false]);
    expect(await store.add('monday', pause(1), pause(2))).toBe(false);
    expect(await store.add('monday', pause(2), pause(3))).toBe(true);
    expect(store.facts('monday')).toEqual([1, 2, 3].map(pause));
    expect(await store.add('tuesday', pause(1))).toBe(true);
    await store.refuseIfLost();
  });

  test(`${name}: a fact comes back to the bit, whatever is in it`, async () => {
    const folder = await newFolder();
    const store = await open(folder);
    const data = {
      share: 0.1 + 0.2,
      tiny: 5e-324,
      big: 2 ** 53 - 1,
      text: '\u0000 \ud800 ü 猫 "\\n"\n',
      z: 1,
      a: [null, true],
    };
    // In the order in which every store is given it: that of the schema.
    const fact: Fact = { key: 'drift', at: '2026-11-02T08:00:00.000Z', kind: 'drift', data };
    await store.add('Tag für Tag', fact);
    await store.close();
    const again = await open(folder);
    onTestFinished(() => again.close());
    expect(JSON.stringify(again.facts('Tag für Tag'))).toBe(JSON.stringify([fact]));
  });

  test(`${name}: rounds go by the name of their batch, whichever came first`, async () => {
    const store = await open(await newFolder());
    onTestFinished(() => store.close());
    for (const batch of ['2026-11-10', '2026-11-09', '2026-11-11']) await store.add(batch, pause(1));
    expect(store.rounds()).toEqual(['2026-11-09', '2026-11-10', '2026-11-11']);
  });

  test(`${name}: what is added after the end throws, and what was added before is kept`, async () => {
    const folder = await newFolder();
    const store = await open(folder);
    const before = store.add('monday', pause(1));
    await store.close();
    expect(await before).toBe(true);
    await expect(store.add('monday', pause(2))).rejects.toThrow();
    const again = await open(folder);
    onTestFinished(() => again.close());
    expect(again.facts('monday')).toEqual([pause(1)]);
  });
}

contract('files', openLowdbStore);

describe.skipIf(noPostgres !== undefined)(
  `on a real Postgres${noPostgres === undefined ? '' : ` (skipped: ${noPostgres})`}`,
  () => {
    let server: RealPostgres;
    let address: string;
    beforeAll(async () => {
      server = await startPostgres();
      address = server.withPassword(await server.database());
    });
    afterAll(() => server.stop());

    // One table for all: a task's name keeps them apart.
    contract('Postgres', (folder) => openPostgresStore({ address, task: basename(folder) }));
  },
);
