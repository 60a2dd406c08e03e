import { expect, test } from 'vitest';
import { openAllowance } from '../../src/slack/out/allowance.ts';
import { pace } from '../../src/slack/out/clients.ts';

test('when Slack’s rate for changing windows is nearly spent, the lane asks by *Next* until the minute is rested', async () => {
  let nowMs = 0;
  const windows = openAllowance(() => nowMs);
  for (let call = 0; call < 60; call++) {
    expect(windows.hasRoom()).toBe(true);
    await windows.turn();
    nowMs += 500;
  }
  expect(windows.hasRoom()).toBe(false);
  nowMs += 35_000;
  expect(windows.hasRoom()).toBe(false);
  nowMs += 10_000;
  expect(windows.hasRoom()).toBe(true);
});

test('a window is changed by no more calls than Slack takes: the others wait for the minute', async () => {
  const windows = openAllowance(() => 0, pace(3, 60_000));
  let calls = 0;
  for (let call = 0; call < 5; call++) void windows.turn().then(() => calls++);
  await expect.poll(() => calls).toBe(3);
  await new Promise(setImmediate);
  expect(calls).toBe(3);
});
