import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readTasks } from '../../src/settings/several.ts';
import { start } from '../../src/start.ts';
import { startWorkspace, UNHURRIED_MS } from '../../src/workspace/workspace.ts';
import { freePort } from '../free-port.ts';
import { until } from '../slack/rig.ts';
import { openTasksFolder, workspaceOf } from './folder.ts';

test('a task that cannot be opened and one whose channel is archived are told to their admins; the third works', {
  timeout: 240_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-start-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const settings = (channel: string, data: string, admin: string) =>
    `batches: ./batches\nclasses: [cat, dog]\ndata: ${data}\nslack: { channel: ${channel}, admins: [${admin}] }\n`;
  await mkdir(join(folder, 'batches'));
  await writeFile(join(folder, 'a-file'), '');
  await writeFile(join(folder, 'archived.yaml'), settings('CARCHIVED', './archived', 'UADA'));
  await writeFile(join(folder, 'broken.yaml'), settings('CBROKEN', './a-file', 'UBEN'));
  const port = await freePort();
  const sound = `${settings('CSOUND', './sound', 'UCLEO')}metrics: { port: ${port} }\n`;
  await writeFile(join(folder, 'sound.yaml'), sound);
  const workspace = await startWorkspace({
    deadlineMs: UNHURRIED_MS,
    people: ['UADA', 'UBEN', 'UCLEO'].map((id) => ({ id, name: id.slice(1) })),
    channels: [
      { id: 'CARCHIVED', name: 'archived', isArchived: true },
      { id: 'CBROKEN', name: 'broken' },
      { id: 'CSOUND', name: 'sound' },
    ],
    commands: [{ command: '/modelpicker', description: 'Model Picker', usageHint: 'status' }],
  });
  onTestFinished(() => workspace.close());
  const logged: string[] = [];
  const { botToken, appToken, apiUrl: slackApiUrl } = workspace;
  const running = await start(readTasks([folder]), { botToken, appToken, slackApiUrl }, (event, fields) => {
    logged.push(`${event} ${JSON.stringify(fields)}`);
  });
  onTestFinished(() => running.stop());

  expect(running.tasks.map(({ name }) => name)).toEqual(['archived', 'sound']);
  expect(logged.find((line) => line.startsWith('task not started'))).toContain('"task":"broken"');
  const told = async (person: string) => JSON.stringify((await workspace.person(person).see()).messages);
  await until(async () => /in the way of this task.*a-file/.test(await told('UBEN')));
  await until(async () => /in the way of this task.*archived/.test(await told('UADA')));
  expect(await told('UCLEO')).not.toContain('in the way');
  await workspace.person('UCLEO').type('CSOUND', '/modelpicker status');
  await until(async () => (await told('UCLEO')).includes('batch'));
  const health = await until(() => readFile(join(folder, 'sound', 'health.json'), 'utf8').catch(() => ''));
  expect(JSON.parse(health)).toMatchObject({ task: 'sound' });
  const metrics = await fetch(`http://127.0.0.1:${port}/metrics`).then((response) => response.text());
  // Of those that could be opened, whichever file names the port.
  expect(metrics).toMatch(/^modelpicker_rounds\{task="sound"\} 0$/m);
  expect(metrics).toMatch(/^modelpicker_last_look_timestamp_seconds\{task="archived"\} \d+/m);
  expect(metrics).toContain('modelpicker_failures_total{task="broken",what="task not started"} 1');
});

test('an archived channel is told to its admins once, whatever restarts come, and again when it was open in between', {
  timeout: 240_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-start-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const settings = (channel: string, data: string, batches: string) =>
    `batches: ${batches}\nclasses: [cat, dog]\ndata: ${data}\nslack: { channel: ${channel}, admins: [UADA] }\nschedule: { settledMinutes: 0 }\n`;
  // A batch that nobody can use: there is something to say in the channel.
  await mkdir(join(folder, 'batches', '2026-11-02'), { recursive: true });
  await writeFile(join(folder, 'batches', '2026-11-02', 'predictions.csv'), 'not what it should be');
  await mkdir(join(folder, 'none'));
  await writeFile(join(folder, 'birds.yaml'), settings('CBIRDS', './birds', './batches'));
  await writeFile(join(folder, 'other.yaml'), settings('COTHER', './other', './none'));
  const workspace = await startWorkspace({
    people: [{ id: 'UADA', name: 'Ada' }],
    channels: [
      { id: 'CBIRDS', name: 'birds', isArchived: true },
      { id: 'COTHER', name: 'other' },
    ],
    commands: [{ command: '/modelpicker', description: 'Model Picker', usageHint: 'status' }],
  });
  onTestFinished(() => workspace.close());
  const { botToken, appToken, apiUrl: slackApiUrl } = workspace;
  const said = async (where: (channel: string) => boolean) =>
    (await workspace.person('UADA').see()).messages.filter(({ channel }) => where(channel)).map(({ text }) => text);
  const told = async () => (await said((channel) => channel.startsWith('D'))).filter((text) => /archived/.test(text));
  /** Runs the bot until something is so. */
  async function live(isSo: (logged: readonly string[]) => Promise<boolean>): Promise<void> {
    const logged: string[] = [];
    const log = (event: string) => void logged.push(event);
    const running = await start(readTasks([folder]), { botToken, appToken, slackApiUrl }, log);
    await until(() => isSo(logged));
    await running.stop();
  }
  const isRefused = async (logged: readonly string[]) => logged.includes('refused by Slack for good');

  await live(async (logged) => (await isRefused(logged)) && (await told()).length > 0);
  await live(isRefused);
  workspace.state.changeChannel('CBIRDS', { isArchived: false });
  await live(async () => (await said((channel) => channel === 'CBIRDS')).length > 0);
  expect(await told()).toHaveLength(1);
  workspace.state.changeChannel('CBIRDS', { isArchived: true });
  await live(async (logged) => (await isRefused(logged)) && (await told()).length > 1);
  await live(isRefused);
  expect(await told()).toHaveLength(2);
});

test('a damaged store is told to the admins of its task, once for as long as it is; the other task works', {
  timeout: 240_000,
}, async () => {
  const lines = { more: "schedule: { look: '* * * * * *' }\n" };
  const folder = await openTasksFolder({ birds: lines, leaves: lines });
  onTestFinished(() => rm(folder, { recursive: true }));
  const rounds = join(folder, 'birds', 'rounds');
  await mkdir(join(rounds, '2026-10-01.json'), { recursive: true });
  await writeFile(join(rounds, '2026-10-02.json'), 'no facts');
  const workspace = await workspaceOf({ birds: lines, leaves: lines });
  onTestFinished(() => workspace.close());
  const { botToken, appToken, apiUrl: slackApiUrl } = workspace;
  const live = async () => {
    const tasks = readTasks([join(folder, 'tasks')]);
    const running = await start(tasks, { botToken, appToken, slackApiUrl }, (event) => void noted.push(event));
    const cards = async () => (await workspace.person('UBEN').see()).messages.filter(({ text }) => /^Batch/.test(text));
    await until(async () => (await cards()).length === 2);
    await until(() => noted.filter((event) => event === 'told').length === 2);
    await running.stop();
  };
  const noted: string[] = [];
  const told = async () =>
    (await workspace.person('UADA').see()).messages.map(({ text }) => text).filter((text) => /not read as/.test(text));

  await live();
  const first = await told();
  expect(first).toHaveLength(2);
  expect(first[0]).toMatch(/2026-10-01\.json \(Can't .*EISDIR/);
  expect(first[1]).toMatch(/2026-10-02\.json\.damaged-\d+ \(it does not begin as it should\)/);
  await live();
  expect(await told()).toEqual(first);
});
