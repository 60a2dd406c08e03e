import { spawnSync } from 'node:child_process';
import * as realDisk from 'node:fs/promises';
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Fact } from '../../src/round/facts.ts';
import { takeLock } from '../../src/store/lock.ts';
import { openFacts, openLowdbStore, readStore } from '../../src/store/lowdb-store.ts';
import type { Store } from '../../src/store/store.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelpicker-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

const at = '2026-11-02T08:00:00.000Z';
const pause = (n: number): Fact => ({ kind: 'pause', key: `pause:${n}`, by: 'U1', at });

test('facts come back in the order they were added', async () => {
  const store = await openLowdbStore(folder);
  for (let n = 0; n < 5; n++) expect(await store.add('monday', pause(n))).toBe(true);
  await store.close();
  const reopened = await openLowdbStore(folder);
  expect(reopened.rounds()).toEqual(['monday']);
  expect(reopened.facts('monday')).toEqual([0, 1, 2, 3, 4].map(pause));
  await reopened.close();
});

test('a fact added twice is there once', async () => {
  const store = await openLowdbStore(folder);
  const outcomes = await Promise.all([store.add('monday', pause(1)), store.add('monday', pause(1))]);
  expect(outcomes).toEqual([true, false]);
  expect(store.facts('monday')).toHaveLength(1);
  await store.close();
});

test('facts added together are there together or not at all', async () => {
  const store = await openLowdbStore(folder);
  await store.add('monday', pause(1));
  expect(await store.add('monday', pause(1), pause(2))).toBe(false);
  expect(store.facts('monday')).toEqual([pause(1)]);
  await store.close();
});

test('a truncated file is set aside with its reason; the last good state is used, and other rounds work', async () => {
  const store = await openLowdbStore(folder);
  await store.add('monday', pause(1));
  await store.add('monday', pause(2));
  await store.add('tuesday', pause(3));
  await store.close();
  await truncate(join(folder, 'monday.json'), 100);
  const reopened = await openLowdbStore(folder);
  expect(reopened.damaged).toHaveLength(1);
  expect(reopened.damaged[0]!.reason).toMatch(/checksum/);
  expect(reopened.facts('monday')).toEqual([pause(1)]);
  expect(reopened.facts('tuesday')).toEqual([pause(3)]);
  expect((await readdir(folder)).filter((name) => name.includes('damaged'))).toHaveLength(1);
  await reopened.close();
});

test('a file somebody edited by hand is noticed', async () => {
  const store = await openLowdbStore(folder);
  await store.add('monday', pause(1));
  await store.close();
  const file = join(folder, 'monday.json');
  await writeFile(file, (await readFile(file, 'utf8')).replace('U1', 'U2'));
  const reopened = await openLowdbStore(folder);
  expect(reopened.damaged).toHaveLength(1);
  expect(reopened.facts('monday')).toEqual([]);
  await reopened.close();
});

test('a write the disk refuses is an error that names the cure, and nothing has changed', async () => {
  const store = await openLowdbStore(folder);
  await store.add('monday', pause(1));
  // A folder in the way of the temporary file stops root, too, where rights would not.
  const inTheWay = join(folder, 'monday.json.new');
  await mkdir(inTheWay);
  await expect(store.add('monday', pause(2))).rejects.toThrow(/Can't save to .*full or read-only/);
  expect(store.facts('monday')).toEqual([pause(1)]);
  await rm(inTheWay, { recursive: true });
  expect(await store.add('monday', pause(2))).toBe(true);
  await store.close();
});

test('a second bot on the same data is refused, with the process and host of the first', async () => {
  const store = await openLowdbStore(folder);
  await writeFile(join(folder, 'lock'), JSON.stringify({ pid: process.ppid, host: hostname() }));
  await expect(openLowdbStore(folder)).rejects.toThrow(`process ${process.ppid} on ${hostname()}`);
  await store.close();
});

test('a lock of another machine counts, for nobody here can tell whether that bot lives', async () => {
  const { pid } = spawnSync('true');
  await writeFile(join(folder, 'lock'), JSON.stringify({ pid, host: 'elsewhere', since: 'another boot' }));
  await expect(openLowdbStore(folder)).rejects.toThrow(`process ${pid} on elsewhere`);
});

test('who stops leaves the lock alone when it is somebody else’s by now', async () => {
  const store = await openLowdbStore(folder);
  const theirs = JSON.stringify({ pid: 1, host: 'elsewhere' });
  await writeFile(join(folder, 'lock'), theirs);
  await store.close();
  expect(await readFile(join(folder, 'lock'), 'utf8')).toBe(theirs);
});

test('a lock left by a killed bot is taken over', async () => {
  const { pid } = spawnSync('true');
  await writeFile(join(folder, 'lock'), JSON.stringify({ pid, host: hostname() }));
  const store = await openLowdbStore(folder);
  await store.close();
  expect(await readdir(folder)).toEqual([]);
});

test('a lock whose process id belongs to somebody else by now is taken over', async () => {
  await writeFile(join(folder, 'lock'), JSON.stringify({ pid: process.ppid, host: hostname(), since: 'another boot' }));
  const store = await openLowdbStore(folder);
  await store.close();
  expect(await readdir(folder)).toEqual([]);
});

test('of many that find a stale lock at the same moment, one gets it, every time', async () => {
  const file = join(folder, 'lock');
  const stale = JSON.stringify({ pid: process.ppid, host: hostname(), since: 'another boot' });
  for (let round = 0; round < 100; round++) {
    await writeFile(file, stale);
    if (round % 2) await writeFile(`${file}.heir`, stale);
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(file)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  }
  expect(await readdir(folder)).toEqual(['lock']);
});

test('nobody can read a fact before it is on disk', async () => {
  const seen: (number | undefined)[] = [];
  let store: Store | undefined;
  store = await openFacts(folder, {
    ...realDisk,
    open: async (path, flags) => {
      const handle = await realDisk.open(path, flags);
      return {
        writeFile: (text) => handle.writeFile(text),
        close: () => handle.close(),
        sync: async () => {
          seen.push(store?.facts('monday').length);
          await handle.sync();
        },
      };
    },
  });
  await store.add('monday', pause(1));
  // The folder at the start; then the file and its folder.
  expect(seen).toEqual([undefined, 0, 0]);
  expect(store.facts('monday')).toHaveLength(1);
  await store.close();
});

test('a stopped store takes nothing more, and says so', async () => {
  const store = await openLowdbStore(folder);
  await store.close();
  await expect(store.add('monday', pause(1))).rejects.toThrow(/has stopped/);
});

test('rounds are in the order of their batches, also when the clock was set back in between', async () => {
  const store = await openLowdbStore(folder);
  await store.add('day-9', { ...pause(1), at: '2026-11-02T08:00:00.000Z' });
  await store.add('day-10', { ...pause(1), at: '2026-11-01T08:00:00.000Z' });
  expect(store.rounds()).toEqual(['day-9', 'day-10']);
  await store.close();
});

test('whoever only looks sees the last good state of a damaged round, and the other rounds', async () => {
  const store = await openLowdbStore(folder);
  await store.add('monday', pause(1));
  await store.add('monday', pause(2));
  await store.add('tuesday', pause(3));
  await store.add('wednesday', pause(4));
  await store.close();
  for (const round of ['monday', 'wednesday']) await truncate(join(folder, `${round}.json`), 100);
  const before = await readdir(folder);
  const looked = await readStore(folder);
  expect(looked.rounds()).toEqual(['monday', 'tuesday']);
  expect(looked.facts('monday')).toEqual([pause(1)]);
  // The bot sets the file aside at its next start; what is seen stays the same.
  expect(await readdir(folder)).toEqual(before);
  await (await openLowdbStore(folder)).close();
  expect((await readStore(folder)).facts('monday')).toEqual([pause(1)]);
});
