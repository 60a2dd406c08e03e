import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { roundsFolder } from '../../src/settings/folders.ts';
import { openUserFolder, openWorkspace, startBotProcess } from './stage.ts';

test('asked to stop while the models run and Slack hangs, the bot ends within 5 s and leaves its data free', async () => {
  const settings = await openUserFolder();
  const workspace = await openWorkspace();
  const task = startBotProcess(settings, workspace);
  const health = join(settings.data, 'health.json');
  await expect.poll(() => task.output(), { timeout: 30_000 }).toContain('running the models');
  await expect.poll(() => existsSync(health), { timeout: 10_000 }).toBe(true);
  expect(JSON.parse(await readFile(health, 'utf8'))).toMatchObject({ pid: expect.any(Number), at: expect.any(String) });
  workspace.badDays.replyDelayMs = 30_000;
  const asked = performance.now();
  expect(await task.stop()).toBe(0);
  expect(performance.now() - asked).toBeLessThan(5_500);
  expect(existsSync(health)).toBe(false);
  expect(await readdir(roundsFolder(settings))).not.toContain('lock');
});

test('a second bot on the same data refuses to start and says which one works on it', async () => {
  const settings = await openUserFolder();
  const workspace = await openWorkspace();
  const first = startBotProcess(settings, workspace);
  await expect.poll(() => first.output(), { timeout: 30_000 }).toContain('ready');
  const second = startBotProcess(settings, workspace);
  await expect
    .poll(() => second.output(), { timeout: 30_000 })
    .toMatch(/Another bot \(process \d+ on .+\) works on this data/);
  expect(await first.stop()).toBe(0);
});
