import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import * as realDisk from 'node:fs/promises';
import { cp, link, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { Fact } from '../../src/round/facts.ts';
import type { Disk } from '../../src/store/disk.ts';
import { HEAD, HEAD_SUM, lineOf } from '../../src/store/fact-lines.ts';
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
  await shorten('monday', 10);
  const reopened = await openLowdbStore(folder);
  expect(reopened.damaged).toEqual([{ file: join(folder, 'monday.json'), reason: 'its last line was never finished' }]);
  expect(reopened.facts('monday')).toEqual([pause(1)]);
  expect(reopened.facts('tuesday')).toEqual([pause(3)]);
  expect(await reopened.add('monday', pause(4))).toBe(true);
  await reopened.close();
  expect((await readStore(folder)).facts('monday')).toEqual([pause(1), pause(4)]);
});

test('of a file damaged in the middle all that came before is used, and it is kept aside for the operator', async () => {
  const store = await openLowdbStore(folder);
  for (let n = 1; n <= 4; n++) await store.add('monday', pause(n));
  await store.close();
  const file = join(folder, 'monday.json');
  await writeFile(file, (await readFile(file, 'utf8')).replace('pause:3', 'pause:9'));
  const reopened = await openLowdbStore(folder);
  expect(reopened.damaged[0]!.reason).toMatch(/checksum/);
  expect(reopened.facts('monday')).toEqual([pause(1), pause(2)]);
  expect(await readFile(reopened.damaged[0]!.file, 'utf8')).toContain('pause:9');
  await reopened.close();
  const again = await openLowdbStore(folder);
  expect([again.damaged, again.facts('monday')]).toEqual([[], [pause(1), pause(2)]]);
  await again.close();
});

test('of a file that lost all, what an earlier life left beside it is used', async () => {
  for (let n = 1; n <= 3; n++) {
    const store = await openLowdbStore(folder);
    await store.add('monday', pause(n));
    await store.close();
  }
  await truncate(join(folder, 'monday.json'), 0);
  const reopened = await openLowdbStore(folder);
  expect(reopened.damaged).toHaveLength(1);
  expect(reopened.facts('monday')).toEqual([pause(1), pause(2)]);
  await reopened.close();
});

/** As a power cut does that takes back the end of what was being written. */
async function shorten(round: string, bytes: number): Promise<void> {
  const file = join(folder, `${round}.json`);
  await truncate(file, (await stat(file)).size - bytes);
}

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
  await store.close();
  const reopened = await openLowdbStore(folder);
  // A folder in the way of the temporary file stops root, too, where rights would not.
  const inTheWay = join(folder, 'monday.json.new');
  await mkdir(inTheWay);
  await expect(reopened.add('monday', pause(2))).rejects.toThrow(/Can't save to .*full or read-only/);
  expect(reopened.facts('monday')).toEqual([pause(1)]);
  await rm(inTheWay, { recursive: true });
  expect(await reopened.add('monday', pause(2))).toBe(true);
  await reopened.close();
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
        truncate: (bytes) => handle.truncate(bytes),
        close: () => handle.close(),
        sync: async () => {
          seen.push(store?.facts('monday').length);
          await handle.sync();
        },
      };
    },
  });
  await store.add('monday', pause(1));
  // The folder at the start; then the file and its folder, as it is a new one.
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
  for (const round of ['monday', 'wednesday']) await shorten(round, 10);
  const before = await readdir(folder);
  const looked = await readStore(folder);
  expect(looked.rounds()).toEqual(['monday', 'tuesday']);
  expect(looked.facts('monday')).toEqual([pause(1)]);
  // The bot sets the file aside at its next start; what is seen stays the same.
  expect(await readdir(folder)).toEqual(before);
  await (await openLowdbStore(folder)).close();
  expect((await readStore(folder)).facts('monday')).toEqual([pause(1)]);
});

test.each([1, 2])('a file of format %s, as it was released, is read, added to, and read again', async (format) => {
  await cp(`test/store/formats/${format}.facts`, join(folder, 'day-1.json'));
  const store = await openLowdbStore(folder);
  expect(store.damaged).toEqual([]);
  expect(store.facts('day-1').map(({ kind }) => kind)).toEqual(['round', 'posting', 'posted', 'question', 'answer']);
  expect(store.facts('day-1').at(-1)).toMatchObject({ file: 'Zoë.jpg', class: 1, annotator: 'U1' });
  for (const n of [1, 2]) expect(await store.add('day-1', pause(n))).toBe(true);
  await store.close();
  const seen = await readStore(folder);
  expect(seen.facts('day-1')).toHaveLength(7);
  // As the release before would find it.
  expect(await readFile(join(folder, 'day-1.json.bak'), 'utf8')).toBe(
    await readFile(`test/store/formats/${format}.facts`, 'utf8'),
  );
});

test('every kind of fact there is stands in a file as it was written, whatever texts it holds, and is read as it was', async () => {
  const name = 'test/store/formats/2-2026-11-26.facts';
  await cp(name, join(folder, 'day-2.json'));
  const store = await openLowdbStore(folder);
  onTestFinished(() => store.close());
  expect(store.damaged).toEqual([]);
  const facts = store.facts('day-2');
  // Who adds a kind adds it to a file of its day: releases before it must refuse that, and those after it read it.
  const kinds = Fact.options.map((option) => option.shape.kind.value);
  expect([...new Set(facts.map(({ kind }) => kind))].sort()).toEqual(kinds.toSorted());
  expect(facts.map((fact) => Fact.parse(fact))).toEqual(facts);
  for (const kind of kinds) expect(store.holds('day-2', kind)).toBe(true);
});

test.each<[string, string]>([
  ['a newer format', 'Model Picker facts, format 3\n{}\n'],
  ['a kind of fact that is not known', withLine([{ ...pause(1), kind: 'of the future' }])],
  ['such a kind in the first format', firstFormat([{ ...pause(1), kind: 'of the future' }])],
])('%s is refused at the start, and left as it is', async (_, text) => {
  const file = join(folder, 'old.json');
  await writeFile(file, text);
  const store = openLowdbStore(folder);
  await expect(store).rejects.toThrow(`${file} was written by a newer release: `);
  await expect(store).rejects.toThrow('Nothing was changed; start that release');
  expect(await readdir(folder)).toEqual(['old.json']);
  expect(await readFile(file, 'utf8')).toBe(text);
});

test('a kind inside the data of a fact is not the kind of a fact', async () => {
  const drift = { kind: 'drift', key: 'drift', at, data: { kind: 'of the future' } };
  await writeFile(join(folder, 'monday.json'), withLine([drift]));
  const store = await openLowdbStore(folder);
  expect(store.facts('monday')).toEqual([drift]);
  await store.close();
});

function withLine(facts: readonly object[]): string {
  return `${HEAD}${lineOf(facts as Fact[], HEAD_SUM).line}`;
}

function firstFormat(facts: readonly object[]): string {
  const body = JSON.stringify(facts, undefined, 1);
  return `${createHash('sha256').update(body).digest('hex')}\n${body}`;
}

test('an old round that the disk keeps back is told and left alone; without the newest one nothing starts', async () => {
  const store = await openLowdbStore(folder);
  for (const day of ['day-1', 'day-2']) await store.add(day, pause(1));
  await store.close();
  await rm(join(folder, 'day-1.json'));
  await mkdir(join(folder, 'day-1.json'));
  const reopened = await openLowdbStore(folder);
  expect(reopened.rounds()).toEqual(['day-2']);
  expect(reopened.damaged.map(({ file }) => file)).toEqual([join(folder, 'day-1.json')]);
  await expect(reopened.add('day-1', pause(2))).rejects.toThrow('its file cannot be read');
  await reopened.close();
  await rm(join(folder, 'day-2.json'));
  await mkdir(join(folder, 'day-2.json'));
  await expect(openLowdbStore(folder)).rejects.toThrow(`Can't read ${join(folder, 'day-2.json')}`);
});

/** A disk on which some calls fail; what fails is decided as it happens. */
function troubled(fails: (call: 'sync' | 'truncate', path: string) => boolean): Disk {
  const refuse = (call: 'sync' | 'truncate', path: string) => {
    if (fails(call, path)) throw Object.assign(new Error(`EIO: i/o error, ${call}`), { code: 'EIO' });
  };
  return {
    ...realDisk,
    open: async (path, flags) => {
      const handle = await realDisk.open(path, flags);
      return {
        writeFile: (text) => handle.writeFile(text),
        close: () => handle.close(),
        truncate: async (bytes) => {
          refuse('truncate', path);
          await handle.truncate(bytes);
        },
        sync: async () => {
          refuse('sync', path);
          await handle.sync();
        },
      };
    },
  };
}

test('"nothing was saved" is true when it is said: a line that was not synced is taken back', async () => {
  let syncs = 0;
  let fails = false;
  const store = await openFacts(
    folder,
    troubled((call) => fails && call === 'sync' && syncs++ === 0),
  );
  await store.add('monday', pause(1));
  fails = true;
  const refused = store.add('monday', pause(2));
  await expect(refused).rejects.toMatchObject({ cause: { code: 'EIO' } });
  // As if it had been killed there and then.
  expect((await readStore(folder)).facts('monday')).toEqual([pause(1)]);
  expect(await store.add('monday', pause(3))).toBe(true);
  expect((await readStore(folder)).facts('monday')).toEqual([pause(1), pause(3)]);
  await store.close();
});

test.each<[string, (call: string, path: string) => boolean, string]>([
  ['the line cannot be taken back', (call) => call === 'sync' || call === 'truncate', 'monday'],
  ['the folder is not synced after the new file is in place', (_, path) => path === folder, 'tuesday'],
])('where nobody can tell whether it was saved, as %s, nobody is told that it was not', async (_, trouble, earlier) => {
  let fails = false;
  const store = await openFacts(
    folder,
    troubled((call, path) => fails && trouble(call, path)),
  );
  await store.add(earlier, pause(1));
  fails = true;
  const error = await store.add('monday', pause(2)).catch((error: Error) => error);
  // By the cause people are told that nothing was saved.
  expect(error).toMatchObject({ message: expect.stringMatching(/for certain/) });
  expect(error).not.toHaveProperty('cause');
  fails = false;
  // The next write puts the file in order: what was not acknowledged is not there, unless it is asked for again.
  expect(await store.add('monday', pause(3))).toBe(true);
  expect((await readStore(folder)).facts('monday').map(({ key }) => key)).not.toContain('pause:2');
  await store.close();
});

test('a click costs the same at ten thousand labels: what is there already is not written again', async () => {
  const store = await openLowdbStore(folder);
  const many = Array.from({ length: 10_000 }, (_, n) => pause(n));
  await store.add('monday', ...many);
  await store.add('monday', pause(20_000));
  const file = join(folder, 'monday.json');
  const before = await stat(file);
  await store.add('monday', pause(20_001));
  const after = await stat(file);
  expect(after.ino).toBe(before.ino);
  expect(after.size - before.size).toBeLessThan(150);
  await store.close();
  expect((await readStore(folder)).facts('monday')).toHaveLength(10_002);
});

test('a start checks every round and reads none: only what somebody asks about is read, once', async () => {
  const store = await openLowdbStore(folder);
  for (let day = 1; day <= 20; day++) for (const n of [1, 2]) await store.add(`day-${day}`, pause(n));
  await store.close();
  const parse = vi.spyOn(JSON, 'parse');
  onTestFinished(() => parse.mockRestore());
  const read = () => parse.mock.calls.filter(([text]) => text.includes('pause:')).length;
  const reopened = await openLowdbStore(folder);
  expect([reopened.rounds().length, reopened.holds('day-7', 'pause'), reopened.holds('day-7', 'round')]).toEqual([
    20,
    true,
    false,
  ]);
  expect(read()).toBe(0);
  for (const _ of [1, 2]) expect(reopened.facts('day-7')).toEqual([pause(1), pause(2)]);
  expect(read()).toBe(2);
  expect(reopened.holds('day-7', 'pause')).toBe(true);
  await reopened.close();
});

test('a lock that somebody else took is noticed before the next write', async () => {
  const store = await openLowdbStore(folder);
  await store.add('monday', pause(1));
  await writeFile(join(folder, 'lock'), JSON.stringify({ pid: 1, host: 'elsewhere' }));
  await expect(store.add('monday', pause(2))).rejects.toThrow('Nothing was saved: ');
  expect((await readStore(folder)).facts('monday')).toEqual([pause(1)]);
  await store.close();
});

test('where a file system has no second names, one bot gets the lock, and its files have their backups', async () => {
  const script = `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    fs.promises.link = () => Promise.reject(Object.assign(new Error('ENOTSUP: not supported, link'), { code: 'ENOTSUP' }));
    syncBuiltinESMExports();
    const { openLowdbStore, } = await import('${pathToFileURL('src/store/lowdb-store.ts')}');
    const { takeLock } = await import('${pathToFileURL('src/store/lock.ts')}');
    const [folder, fact] = process.argv.slice(1);
    for (const n of [1, 2]) {
      const store = await openLowdbStore(folder);
      await openLowdbStore(folder).catch((error) => console.log(error.message));
      await store.add('monday', { ...JSON.parse(fact), key: 'pause:' + n });
      await store.close();
    }
    fs.writeFileSync(folder + '/lock', JSON.stringify({ pid: process.ppid, host: 'x', since: 'another boot' }).replace('"x"', JSON.stringify((await import('node:os')).hostname())));
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(folder + '/lock')));
    console.log(tries.filter(({ status }) => status === 'fulfilled').length, 'of 8');
  `;
  const { stdout, stderr } = spawnSync(process.execPath, [
    ...['--input-type=module', '-e', script, folder],
    JSON.stringify(pause(1)),
  ]);
  expect(String(stderr)).toBe('');
  expect(String(stdout)).toMatch(/^(Another bot \(process \d+ on .*\n){2}1 of 8\n$/);
  expect(await readdir(folder)).toContain('monday.json.bak');
});

test('who stops waits for the write that is under way', async () => {
  const store = await openFacts(folder, realDisk);
  let isWritten = false;
  const adding = store.add('monday', pause(1)).then(() => {
    isWritten = true;
  });
  await store.close();
  expect(isWritten).toBe(true);
  await adding;
});

test('a file that a killed start left under the new name is not written into', async () => {
  // Whatever else goes by that file's content must stay as it is, and a failed sync must not count for the next.
  await writeFile(join(folder, 'other'), 'of somebody else');
  await link(join(folder, 'other'), join(folder, 'monday.json.new'));
  const store = await openLowdbStore(folder);
  await store.add('monday', pause(1));
  await store.close();
  expect(await readFile(join(folder, 'other'), 'utf8')).toBe('of somebody else');
});

test.skipIf(process.platform !== 'linux')(
  'a bot that is dead and only not mourned yet holds no lock (only where /proc is)',
  async () => {
    // The shell turns into one that never asks after its child.
    const parent = spawn('sh', ['-c', 'cat <&3 & echo $!; exec sleep 600'], {
      stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    });
    onTestFinished(() => void parent.kill());
    const [line] = await once(parent.stdout!, 'data');
    const pid = Number(String(line).trim());
    const hasTurned = async () => (await readFile(`/proc/${parent.pid}/comm`, 'utf8')).trim() === 'sleep';
    await expect.poll(hasTurned).toBe(true);
    (parent.stdio[3] as Writable).end();
    const fields = async () => {
      const text = await readFile(`/proc/${pid}/stat`, 'utf8');
      return text.slice(text.lastIndexOf(')') + 2).split(' ');
    };
    await expect.poll(async () => (await fields())[0]).toBe('Z');
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    const since = `${boot} ${(await fields())[19]}`;
    await writeFile(join(folder, 'lock'), JSON.stringify({ pid, host: hostname(), since }));
    const store = await openLowdbStore(folder);
    await store.close();
  },
);
