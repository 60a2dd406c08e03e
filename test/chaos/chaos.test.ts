import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plant, plants } from './plants.ts';
import { play } from './play.ts';
import { playRealSlack } from './real-slack.ts';

test('through crashes, power cuts, lost replies and clocks set back, labels, posts and winners are as they must be', async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const { broken, trace } = await play(seed);
    expect(broken, `npm run chaos -- --from ${seed} --seeds 1\n${trace.slice(-20).join('\n')}`).toEqual([]);
  }
});

test('with three tasks in one process every answer is in its own task’s facts, whatever is forged or mixed up', async () => {
  for (let seed = 1; seed <= 15; seed++) {
    const { broken, trace } = await play(seed, 3);
    expect(broken, `npm run chaos -- --tasks 3 --from ${seed} --seeds 1\n${trace.slice(-20).join('\n')}`).toEqual([]);
  }
});

test('bad days through the real Slack app leave one label an image and one announcement', async () => {
  expect(await playRealSlack(1)).toEqual([]);
});

test('the same seed is the same play', async () => {
  expect(await play(7)).toEqual(await play(7));
});

test.each(Object.keys(plants))('a planted bug is found: %s', async (name) => {
  const copy = await plant(name);
  const script = join(copy, 'scripts/chaos.ts');
  const { status, stdout } = spawnSync(process.execPath, [script, '--seeds', '100', '--stop-at-first']);
  await rm(copy, { recursive: true });
  expect(status, String(stdout)).toBe(1);
  // By what it does, not because the change left code that does not run.
  expect(String(stdout)).not.toMatch(/(Reference|Syntax|Type)Error/);
});
