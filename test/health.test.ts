import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startHealth } from '../src/health.ts';

async function startOne() {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-health-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'health.json');
  const stop = startHealth({ file, name: 'birds' }, { caughtUp: async () => {} }, () => undefined, 1);
  const told = () => readFile(file, 'utf8').catch(() => '');
  return { stop, told };
}

test('the health file goes with the bot, also where a renewal is on its way when it stops', async () => {
  for (let life = 0; life < 20; life++) {
    const { stop, told } = await startOne();
    await expect.poll(told).toMatch(/"task": "birds"/);
    stop();
    await expect.poll(told).toBe('');
  }
});

test('where there was a reason to end, the file says it, and no renewal that was on its way takes its place', async () => {
  for (let life = 0; life < 20; life++) {
    const { stop, told } = await startOne();
    await expect.poll(told).toMatch(/"task": "birds"/);
    stop('Slack revoked the token');
    await expect.poll(told).toMatch(/"endedBy": "Slack revoked the token"/);
    await new Promise((passed) => setTimeout(passed, 20));
    expect(await told()).toMatch(/"endedBy"/);
  }
});
