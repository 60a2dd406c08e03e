import { expect, test } from 'vitest';
import { measureRate } from '../../src/slack/out/files/rate.ts';

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
