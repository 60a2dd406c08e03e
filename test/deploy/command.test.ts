import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { commandListener } from '../../src/deploy/command.ts';

const event = { id: 'msg_1', type: 'winner.deployed' as const, at: '2026-11-02T12:00:00.000Z', data: { model: 'fog' } };

async function openCommand(script: string, timeoutMs = 120_000, secrets: Record<string, string> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-command-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const logged: Record<string, unknown>[] = [];
  const listener = commandListener({
    ...{ name: 'announce', run: ['/bin/sh', '-c', script], folder, timeoutMs },
    environment: { PATH: process.env.PATH ?? '', AWS_PROFILE: 'models', ...secrets },
    secrets: Object.values(secrets),
    log: (_, fields = {}) => void logged.push(fields),
    signal: new AbortController().signal,
  });
  return { folder, logged, listener };
}

test('a program reads the event on standard input; its output is in the log, and secrets are not in its environment', async () => {
  process.env.SLACK_BOT_TOKEN = 'xoxb-secret';
  const { folder, logged, listener } = await openCommand('cat > event.json; env; echo done >&2');
  onTestFinished(() => void delete process.env.SLACK_BOT_TOKEN);
  expect(await listener.tell(event)).toBe('taken');
  expect(JSON.parse(await readFile(join(folder, 'event.json'), 'utf8'))).toEqual({
    ...{ type: 'winner.deployed', timestamp: event.at, data: { model: 'fog' } },
  });
  expect(logged).toMatchObject([{ command: 'announce', event: 'winner.deployed', ended: 'code 0' }]);
  expect(logged[0]?.output).toMatch(/AWS_PROFILE=models[\s\S]*done|done[\s\S]*AWS_PROFILE=models/);
  expect(logged[0]?.output).toContain('MODELPICKER_EVENT_ID=msg_1');
  expect(logged[0]?.output).not.toContain('xoxb');
});

test('one that fails, does not exist, or reads nothing is told apart, with what it said last', async () => {
  const failing = await openCommand('echo no such bucket; exit 3');
  await expect(failing.listener.tell(event)).rejects.toThrow(/announce ended with code 3: no such bucket/);
  const idle = await openCommand('exit 0');
  expect(await idle.listener.tell({ ...event, data: { text: 'x'.repeat(1_000_000) } })).toBe('taken');
});

test('one that takes too long is ended with all that it has started', async () => {
  let child = Number.NaN;
  // A busy machine may need longer than a limit even to start it.
  for (let limitMs = 250; Number.isNaN(child); limitMs *= 2) {
    const { folder, listener } = await openCommand('sleep 600 & echo $! > child; sleep 600', limitMs);
    await expect(listener.tell(event)).rejects.toThrow(`ended with its time limit of ${limitMs / 1000} s`);
    child = Number.parseInt(await readFile(join(folder, 'child'), 'utf8').catch(() => ''), 10);
  }
  await expect.poll(() => isRunning(child)).toBe(false);
});

test('one that runs while the bot is killed ends with it, so that it cannot tell an event after the next one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-command-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const script = 'echo $$ > child.new; mv child.new child; sleep 600';
  const bot = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    `
    const { commandListener } = await import(${JSON.stringify(join(process.cwd(), 'src/deploy/command.ts'))});
    await commandListener({
      name: 'slow', run: ['/bin/sh', '-c', ${JSON.stringify(script)}], folder: ${JSON.stringify(folder)}, timeoutMs: 600_000,
      environment: { PATH: process.env.PATH }, log: () => {}, signal: new AbortController().signal,
    }).tell(${JSON.stringify(event)});
  `,
  ]);
  onTestFinished(() => void bot.kill('SIGKILL'));
  await expect.poll(() => readFile(join(folder, 'child'), 'utf8').catch(() => '')).not.toBe('');
  const child = Number(await readFile(join(folder, 'child'), 'utf8'));
  expect(await isRunning(child)).toBe(true);
  bot.kill('SIGKILL');
  await expect.poll(() => isRunning(child)).toBe(false);
});

test('a program that prints its token does not write it into the log, nor into what admins are told', async () => {
  const { listener, logged } = await openCommand('echo "curl -H token:$TOKEN"; exit 1', 120_000, {
    TOKEN: 'very-secret',
  });
  await expect(listener.tell(event)).rejects.toThrow(/code 1: curl -H token:•••\./);
  expect(JSON.stringify(logged)).not.toContain('very-secret');
});

async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // Ended, and nobody has looked at it yet.
  return stat !== undefined && !/\) Z /.test(stat);
}
