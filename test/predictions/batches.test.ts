import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { newestBatch, type Passed } from '../../src/predictions/batches.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelpicker-batches-'));
  onTestFinished(() => rm(folder, { recursive: true }));
});

const minute = 60_000;

async function arrive(name: string, ...files: string[]): Promise<void> {
  await mkdir(join(folder, name), { recursive: true });
  for (const file of files) await writeFile(join(folder, name, file), '');
}

test('the newest complete folder is the batch; numbers count by their value', async () => {
  await arrive('day-9', 'a.jpg', '_COMPLETE');
  await arrive('day-10', 'a.jpg', '_COMPLETE');
  await arrive('day-11', 'a.jpg');
  expect((await newestBatch(folder, 5 * minute, new Date()))?.name).toBe('day-10');
});

test('without a marker a folder has arrived when nothing in it changed for the stated time', async () => {
  await arrive('day-1', 'a.jpg');
  expect(await newestBatch(folder, 5 * minute, new Date())).toBeUndefined();
  expect((await newestBatch(folder, 5 * minute, new Date(Date.now() + 6 * minute)))?.name).toBe('day-1');
});

test('an empty folder, a file and a name that could leave its folder are no batches', async () => {
  await arrive('day-1');
  await arrive('..hidden', '_COMPLETE');
  await writeFile(join(folder, 'notes.txt'), '');
  expect(await newestBatch(folder, 0, new Date(Date.now() + minute))).toBeUndefined();
});

test('a folder that has been empty for longer than it takes to settle is told apart from one just made', async () => {
  await arrive('day-1', 'a.jpg', '_COMPLETE');
  await arrive('day-2');
  const passedAt = async (now: Date) => {
    const passed: Passed[] = [];
    const batch = await newestBatch(folder, 5 * minute, now, { pass: (one) => void passed.push(one) });
    expect(batch?.name).toBe('day-1');
    return passed;
  };
  expect(await passedAt(new Date())).toEqual([{ name: 'day-2', reason: 'it is empty' }]);
  const later = await passedAt(new Date(Date.now() + 6 * minute));
  expect(later).toEqual([{ name: 'day-2', reason: 'it is empty', staysEmpty: true }]);
});

test('a missing folder is an error that names the setting', async () => {
  await expect(newestBatch(join(folder, 'gone'), 0, new Date())).rejects.toThrow(/correct "batches"/);
});

test.each(['a.jpg', '.'])('a time from another century, of %s, says nothing about when it came', async (file) => {
  await arrive('day-1', 'a.jpg');
  await utimes(join(folder, 'day-1', file), new Date('2107-01-01'), new Date('2107-01-01'));
  expect(await newestBatch(folder, 5 * minute, new Date())).toBeUndefined();
  expect((await newestBatch(folder, 5 * minute, new Date(Date.now() + 6 * minute)))?.name).toBe('day-1');
});

test('files copied with times of long ago, and a folder that lost or got a name, have just changed', async () => {
  await arrive('day-1', 'a.jpg');
  for (const path of ['day-1/a.jpg', 'day-1']) await utimes(join(folder, path), 0, 0);
  expect(await newestBatch(folder, 5 * minute, new Date())).toBeUndefined();
  const now = new Date(Date.now() + 20 * minute);
  expect((await newestBatch(folder, 5 * minute, now))?.name).toBe('day-1');
  await utimes(join(folder, 'day-1'), now, now);
  expect(await newestBatch(folder, 5 * minute, now)).toBeUndefined();
});

test('a file server whose clock is some minutes ahead does not make half a batch whole', async () => {
  await arrive('day-1', 'a.jpg');
  const inHalfAnHour = new Date(Date.now() + 30 * minute);
  await utimes(join(folder, 'day-1/a.jpg'), inHalfAnHour, inHalfAnHour);
  expect(await newestBatch(folder, 5 * minute, new Date(Date.now() + 6 * minute))).toBeUndefined();
});

test('what may have been meant as a batch and is not taken is told with the reason', async () => {
  await arrive('day-1', 'a.jpg', '_COMPLETE');
  await arrive('day-2', 'a.jpg');
  await arrive('day-3');
  for (const name of ['Batch 12', 'Charge_é', '2026-05-01T08:00', '2026-05-01 (copy)', 'x'.repeat(101)]) {
    await arrive(name, 'a.jpg', '_COMPLETE');
  }
  await symlink(join(folder, 'day-1'), join(folder, 'day-4'));
  for (const file of ['day-5.zip', 'notes.txt', '.DS_Store']) await writeFile(join(folder, file), '');
  const passed: Passed[] = [];
  const batch = await newestBatch(folder, 5 * minute, new Date(), { pass: (one) => void passed.push(one) });
  expect(batch?.name).toBe('day-1');
  const told = Object.fromEntries(passed.map(({ name, reason }) => [name.slice(0, 20), reason]));
  expect(told).toMatchInlineSnapshot(`
    {
      "2026-05-01 (copy)": "its name cannot be a batch’s: rename it with letters from A to z, digits, ".", "_" and "-", at most 100 of them",
      "2026-05-01T08:00": "its name cannot be a batch’s: rename it with letters from A to z, digits, ".", "_" and "-", at most 100 of them",
      "Batch 12": "its name cannot be a batch’s: rename it with letters from A to z, digits, ".", "_" and "-", at most 100 of them",
      "Charge_é": "its name cannot be a batch’s: rename it with letters from A to z, digits, ".", "_" and "-", at most 100 of them",
      "day-2": "there is no _COMPLETE in it, and it changed within the last 5 minutes",
      "day-3": "it is empty",
      "day-4": "it is a link, and links are not followed: move the folder itself here",
      "day-5.zip": "it is an archive: unpack it into a folder",
      "xxxxxxxxxxxxxxxxxxxx": "its name cannot be a batch’s: rename it with letters from A to z, digits, ".", "_" and "-", at most 100 of them",
    }
  `);
});

test.each([
  [0, 'it is changing right now'],
  [0.5, 'it changed within the last 30 seconds'],
  [1, 'it changed within the last minute'],
  [90, 'it changed within the last 90 minutes'],
])('of a folder that is not whole after %s minutes it is said that %s', async (settledMinutes, what) => {
  await arrive('day-1', 'a.jpg');
  const passed: Passed[] = [];
  // The moment before its last change: the file came while somebody looked.
  const looked = new Date(Date.now() - 1_000);
  await newestBatch(folder, settledMinutes * minute, looked, { pass: (one) => void passed.push(one) });
  expect(passed).toMatchObject([{ name: 'day-1', reason: `there is no _COMPLETE in it, and ${what}` }]);
});

test('what is no newer than a known batch is not looked into', async () => {
  await arrive('day-1', 'a.jpg', '_COMPLETE');
  expect(await newestBatch(folder, 0, new Date(), { after: 'day-1' })).toBeUndefined();
  await arrive('day-2', 'a.jpg', '_COMPLETE');
  expect((await newestBatch(folder, 0, new Date(), { after: 'day-1' }))?.name).toBe('day-2');
});

test('one file that still changes holds up a batch of many', async () => {
  await arrive('day-1', ...Array.from({ length: 600 }, (_, file) => `${file}.jpg`));
  const later = new Date(Date.now() + 6 * minute);
  expect((await newestBatch(folder, 5 * minute, later))?.name).toBe('day-1');
  await utimes(join(folder, 'day-1/99.jpg'), later, later);
  expect(await newestBatch(folder, 5 * minute, later)).toBeUndefined();
});
