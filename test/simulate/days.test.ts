import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { chanceFrom } from '../../src/simulate/chance.ts';
import { simulate } from '../../src/simulate/simulate.ts';

/** A folder with a day of 120 images, its models in the order given. */
function dayOf(seed: number, order: readonly string[], about = true): string {
  const skills: Record<string, number> = { ant: 0.7, bee: 0.68, cow: 0.66, dog: 0.62, eel: 0.6 };
  const folder = mkdtempSync(join(tmpdir(), 'day-'));
  const luck = chanceFrom(seed);
  const truth = Array.from({ length: 120 }, () => Math.floor(luck() * 3));
  const says = (one: number, name: string) => (luck() < skills[name]! ? one : Math.floor(luck() * 3));
  const rows = truth.map((one) => Object.fromEntries(Object.keys(skills).map((name) => [name, says(one, name)])));
  writeFileSync(join(folder, 'predictions.csv'), rows.map((row) => order.map((name) => row[name]).join()).join('\n'));
  writeFileSync(join(folder, 'oracle.csv'), truth.join('\n'));
  if (about) writeFileSync(join(folder, 'about.json'), JSON.stringify({ modelNames: order }));
  return folder;
}

async function played(...args: string[]) {
  const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  await simulate(['--days', ...args, '--json']);
  const line = String(print.mock.calls[0]?.[0]);
  print.mockRestore();
  return JSON.parse(line) as { days: { regretArea: number; fromNothing: { regretArea: number } }[] };
}

const order = ['ant', 'bee', 'cow', 'dog', 'eel'];

test('days follow each other: the first is as from nothing, the next starts with what it taught', async () => {
  const { days } = await played(dayOf(1, order), dayOf(2, order));
  expect(Object.keys(days[0]!)).toEqual([...Object.keys(days[0]!.fromNothing), 'fromNothing']);
  expect(days[0]!.regretArea).toBe(days[0]!.fromNothing.regretArea);
  expect(days[1]!.regretArea).not.toBe(days[1]!.fromNothing.regretArea);
});

test('models are matched by name where the folders have names: their order on the second day changes nothing', async () => {
  const monday = dayOf(1, order);
  const straight = await played(monday, dayOf(2, order));
  const turned = await played(monday, dayOf(2, order.toReversed()));
  expect(turned.days[1]!.regretArea).toBeCloseTo(straight.days[1]!.regretArea, 6);
});

test('days are played with our strategy alone', async () => {
  await expect(simulate(['--days', 'a', 'b', '--strategy', 'random'])).rejects.toThrow('leave out --strategy');
});
