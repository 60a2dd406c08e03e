import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { daysMutations } from '../scripts/mutations/days.ts';
import { mutations } from '../scripts/mutations/list.ts';
import { plants } from './chaos/plants.ts';

const all = [...mutations, ...daysMutations];

test('every fault that scripts plant is planted in a text that the source still has', async () => {
  const planted = [
    ...all,
    ...Object.entries(plants).flatMap(([name, changes]) => changes.map((one) => ({ ...one, name }))),
  ];
  const stale: string[] = [];
  for (const { name, file, from } of planted) {
    const source = await readFile(file, 'utf8').catch(() => '');
    if (!source.includes(from)) stale.push(`${name}: ${file} has no "${from}"`);
  }
  expect(planted.length).toBeGreaterThan(50);
  expect(stale).toEqual([]);
});

test('every test that must notice one is still there', () => {
  const missing = all.flatMap(({ name, tests }) =>
    tests.filter((file) => !existsSync(file)).map((file) => `${name}: ${file}`),
  );
  expect(missing).toEqual([]);
});
