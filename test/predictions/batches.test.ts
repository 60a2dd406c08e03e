import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { newestBatch } from '../../src/predictions/batches.ts';

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

test('a missing folder is an error that names the setting', async () => {
  await expect(newestBatch(join(folder, 'gone'), 0, new Date())).rejects.toThrow(/correct "batches"/);
});
