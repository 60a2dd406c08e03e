import { expect, test } from 'vitest';
import { openAllowance } from '../../src/slack/out/allowance.ts';

test('when Slack’s rate for changing windows is nearly spent, the lane asks by *Next* until the minute is rested', () => {
  let nowMs = 0;
  const windows = openAllowance(() => nowMs);
  for (let call = 0; call < 60; call++) {
    expect(windows.hasRoom()).toBe(true);
    windows.note();
    nowMs += 500;
  }
  expect(windows.hasRoom()).toBe(false);
  nowMs += 35_000;
  expect(windows.hasRoom()).toBe(false);
  nowMs += 10_000;
  expect(windows.hasRoom()).toBe(true);
});
