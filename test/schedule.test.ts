import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startSchedule } from '../src/schedule.ts';
import { quietHours } from '../src/settings/quiet-hours.ts';
import { readSettings } from '../src/settings/settings.ts';
import type { Task } from '../src/task/asking/verbs.ts';
import { alone } from './alone.ts';

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
    look: async () => {},
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
  onTestFinished(startSchedule(task, { ...settings, schedule }, (event) => logged.push(event), alone));
  await expect.poll(() => said.length, { timeout: 10_000 }).toBe(3);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(said).toEqual(Array(3).fill(soon.toISOString().slice(0, 10)));
  expect(logged.join()).toMatch(/failed, will try again/);
});

test('at the line for exports each batch gets a manifest for training: a line an image whose class is known', async () => {
  const data = await mkdtemp(join(tmpdir(), 'modelpicker-labels-'));
  onTestFinished(() => rm(data, { recursive: true }));
  const settled = [
    { file: 'cam1/a.jpg', class: 'owl', probability: 0.98765, opinions: 2 },
    { file: 'b.jpg', class: null, probability: 0.5, opinions: 1 },
  ];
  const task = {
    look: async () => {},
    announceDay: async () => true,
    settledLabels: async () => [{ batch: 'monday', settled }],
  } as Partial<Task> as Task;
  const settings = readSettings('modelpicker.example.yaml');
  const schedule = { ...settings.schedule, export: '* * * * * *' };
  onTestFinished(startSchedule(task, { ...settings, data, schedule }, () => {}, alone));
  const manifest = () => readFile(join(data, 'labels/monday.jsonl'), 'utf8').catch(() => '');
  await expect
    .poll(manifest, { timeout: 30_000 })
    .toBe('{"file_name":"monday/cam1/a.jpg","label":"owl","probability":0.9877,"answers":2}\n');
});

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

/** Lets the bot live through some hours from a moment, a second of the clock at a time. */
function liveThrough(from: string, hours: number, lines: { look: string; announce: string; timeZone: string }) {
  vi.useFakeTimers({ now: new Date(from), toFake: ['Date', 'setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const looks: string[] = [];
  const said: string[] = [];
  const now = () => new Date().toISOString().slice(11, 16);
  const task = {
    look: async () => void looks.push(now()),
    announceDay: async (date: string) => {
      said.push(`${date} at ${now()}`);
      return true;
    },
  } as Partial<Task> as Task;
  const settings = readSettings('modelpicker.example.yaml');
  const stop = startSchedule(task, { ...settings, schedule: { ...settings.schedule, ...lines } }, () => {}, alone);
  const live = async () => {
    for (let second = 0; second < (hours * HOUR_MS) / SECOND_MS; second++) {
      vi.advanceTimersByTime(SECOND_MS);
      await Promise.resolve();
      await Promise.resolve();
      await Promise.resolve();
    }
    stop();
  };
  return { looks, said, live };
}

test('old predictions are looked for at the start and not again at once, and never where they are kept', async () => {
  const counts = [0, 0];
  const settings = readSettings('modelpicker.example.yaml');
  for (const [nth, keepPredictionsDays] of [0, 30].entries()) {
    const task = {
      look: async () => {},
      announceDay: async () => true,
      removeOld: async () => {
        counts[nth]! += 1;
      },
    } as Partial<Task> as Task;
    onTestFinished(startSchedule(task, { ...settings, keepPredictionsDays }, () => {}, alone));
  }
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(counts).toEqual([0, 1]);
});

test.each([
  ['Europe/Berlin', '2026-10-25T00:20:00Z', '30 2 * * *', '2026-10-25 at 00:30'],
  ['Europe/Berlin', '2026-10-25T00:20:00Z', '30 3 * * *', '2026-10-25 at 02:30'],
  ['America/St_Johns', '2026-11-01T04:00:00Z', '45 1 * * *', '2026-11-01 at 04:15'],
  ['Australia/Lord_Howe', '2026-04-04T14:10:00Z', '45 1 * * *', '2026-04-05 at 14:45'],
])(
  'in the night with an hour twice, %s: the bot looks every minute and announces once',
  async (timeZone, from, announce, expected) => {
    const { looks, said, live } = liveThrough(from, 3, { look: '* * * * *', announce, timeZone });
    await live();
    expect(looks.length).toBeGreaterThanOrEqual(180);
    expect(new Set(looks).size).toBeGreaterThanOrEqual(180);
    expect(said).toEqual([expected]);
  },
);

test.each([
  ['Europe/Berlin', '2026-03-29T00:20:00Z', '30 2 * * *', '2026-03-29 at 01:00'],
  ['America/St_Johns', '2026-03-08T05:00:00Z', '30 2 * * *', '2026-03-08 at 05:30'],
  ['Australia/Lord_Howe', '2026-10-03T15:00:00Z', '15 2 * * *', '2026-10-04 at 15:30'],
])(
  'in the night that lacks an hour, %s: what was due in it is announced after it',
  async (timeZone, from, announce, expected) => {
    const { looks, said, live } = liveThrough(from, 2, { look: '* * * * *', announce, timeZone });
    await live();
    expect(looks.length).toBeGreaterThanOrEqual(120);
    expect(said).toEqual([expected]);
  },
);

test('an announcement that was due before the start is made up for on the same day, and only then', async () => {
  const lines = { look: '* * * * *', announce: '0 9 * * *', timeZone: 'Asia/Kolkata' };
  const late = liveThrough('2026-11-02T10:00:00Z', 0.1, lines);
  await late.live();
  expect(late.said).toEqual(['2026-11-02 at 10:00']);
  const early = liveThrough('2026-11-02T20:00:00Z', 0.1, lines);
  await early.live();
  expect(early.said).toEqual([]);
});

test('a clock that stands still for hours and then jumps loses no announcement', async () => {
  const { looks, said, live } = liveThrough('2026-11-02T06:00:00Z', 0.1, {
    look: '* * * * *',
    announce: '0 9 * * *',
    timeZone: 'UTC',
  });
  vi.setSystemTime(new Date('2026-11-02T12:00:00Z'));
  await live();
  expect(said).toEqual(['2026-11-02 at 12:00']);
  expect(looks.length).toBeLessThan(10);
});

test('a look that takes long is not begun a second time meanwhile', async () => {
  vi.useFakeTimers({ now: new Date('2026-11-02T08:00:00Z'), toFake: ['Date', 'setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  let looks = 0;
  const task = { look: () => new Promise(() => void looks++), announceDay: async () => true } as Partial<Task> as Task;
  const settings = readSettings('modelpicker.example.yaml');
  const schedule = { ...settings.schedule, look: '* * * * * *', timeZone: 'UTC' };
  onTestFinished(startSchedule(task, { ...settings, schedule }, () => {}, alone));
  for (let second = 0; second < 5; second++) vi.advanceTimersByTime(SECOND_MS);
  expect(looks).toBe(1);
});
