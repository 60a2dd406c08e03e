import type { WebClient } from '@slack/web-api';
import { expect, test } from 'vitest';
import { openKeptFiles } from '../../src/slack/out/files/kept.ts';
import { measureRate } from '../../src/slack/out/files/rate.ts';
import { openUploads } from '../../src/slack/out/files/uploads.ts';
import { openOutlet, openSharing } from '../../src/slack/out/outlet.ts';

function measured() {
  const clock = { ms: 0 };
  const rate = measureRate(
    92,
    () => undefined,
    () => clock.ms,
  );
  const upload = (count: number, everyMs: number) => {
    for (let image = 0; image < count; image++) {
      clock.ms += everyMs;
      rate.note(1_500);
    }
  };
  return { clock, rate, upload };
}

test('a minute of uploads, bursts and waits together, shows the true rate', () => {
  const { clock, rate, upload } = measured();
  rate.work();
  upload(29, 100);
  expect(rate.perMinute()).toBe(92);
  clock.ms = 59_000;
  upload(1, 1_000);
  expect(rate.perMinute()).toBe(30);
});

test('pauses, in which nothing waits, say nothing about the rate', () => {
  const { clock, rate, upload } = measured();
  rate.work();
  upload(5, 100);
  rate.rest();
  clock.ms += 600_000;
  upload(3, 100);
  rate.work();
  upload(3, 100);
  expect(rate.perMinute()).toBe(92);
});

test('tasks that upload over one app each reckon with their share of its rate, and take turns', async () => {
  const outlet = openOutlet(90);
  const began: string[] = [];
  const task = (name: string) => {
    const wait = async () => void began.push(name);
    const alarm = { refused: async () => undefined, worked: () => undefined, tellAdmins: async () => undefined };
    const log = () => undefined;
    const kept = openKeptFiles({ botToken: 'xoxb-1' });
    return openUploads({ client: {} as WebClient, alarm, log, kept }, { ...outlet.uploads, begin: wait, look: wait });
  };
  const [birds, leaves, idle] = [task('birds'), task('leaves'), task('idle')];
  const images = Array.from({ length: 5 }, (_, nth) => ({ key: `${nth}`, file: `/nowhere/${nth}.png` }));
  expect([birds, leaves].map((one) => one.perMinute())).toEqual([90, 90]);
  birds.prepare(images);
  leaves.prepare(images);
  idle.prepare([]);
  expect([birds, leaves].map((one) => one.perMinute())).toEqual([45, 45]);
  await expect.poll(() => began.length).toBe(10);
  expect(began.slice(0, 4).sort()).toEqual(['birds', 'birds', 'leaves', 'leaves']);
});

test('whoever has not uploaded for five minutes leaves the rate to the others', () => {
  const clock = { ms: 0 };
  const sharing = openSharing(() => clock.ms);
  const [birds, leaves] = [{}, {}];
  sharing.note(birds);
  clock.ms = 200_000;
  sharing.note(leaves);
  expect(sharing.count()).toBe(2);
  clock.ms = 301_000;
  expect(sharing.count()).toBe(1);
  clock.ms = 900_000;
  expect(sharing.count()).toBe(1);
});
