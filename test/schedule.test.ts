import { expect, onTestFinished, test } from 'vitest';
import { startSchedule } from '../src/schedule.ts';
import { quietHours } from '../src/settings/quiet-hours.ts';
import { readSettings } from '../src/settings/settings.ts';
import type { Task } from '../src/task/people.ts';

test('quiet hours go by the clock on the wall, also over midnight', () => {
  const isQuiet = quietHours('20:00-08:00', 'Europe/Berlin');
  expect(isQuiet(new Date('2026-07-01T18:00:00Z'))).toBe(true);
  expect(isQuiet(new Date('2026-07-01T17:59:00Z'))).toBe(false);
  expect(isQuiet(new Date('2026-01-02T06:59:00Z'))).toBe(true);
  expect(isQuiet(new Date('2026-01-02T07:00:00Z'))).toBe(false);
  const isLunch = quietHours('12:00-13:00', 'UTC');
  expect([11, 12, 13].map((hour) => isLunch(new Date(Date.UTC(2026, 0, 1, hour))))).toEqual([false, true, false]);
  expect(quietHours(undefined, 'UTC')(new Date())).toBe(false);
});

test('an announcement that fails or comes in quiet hours is made later, once, in the date of its day', async () => {
  const said: string[] = [];
  const outcomes = [new Error('Slack is down'), false, true];
  const task = {
    advance: async () => {},
    announceDay: async (date: string) => {
      said.push(date);
      const outcome = outcomes.shift();
      if (outcome instanceof Error) throw outcome;
      return outcome ?? true;
    },
  } as Partial<Task> as Task;
  const settings = readSettings('modelpicker.example.yaml');
  const soon = new Date(Date.now() + 1_500);
  const announce = `${soon.getUTCSeconds()} ${soon.getUTCMinutes()} ${soon.getUTCHours()} * * *`;
  const schedule = { ...settings.schedule, look: '* * * * * *', announce, timeZone: 'UTC' };
  const logged: string[] = [];
  onTestFinished(startSchedule(task, { ...settings, schedule }, (event) => logged.push(event)));
  await expect.poll(() => said.length, { timeout: 10_000 }).toBe(3);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(said).toEqual(Array(3).fill(soon.toISOString().slice(0, 10)));
  expect(logged.join()).toMatch(/failed, will try again/);
});
