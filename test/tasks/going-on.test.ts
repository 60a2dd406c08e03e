import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { Fact, Result } from '../../src/round/facts.ts';
import { readTasks } from '../../src/settings/several.ts';
import { start } from '../../src/start.ts';
import { readStore } from '../../src/store/lowdb-store.ts';
import type { Workspace } from '../../src/workspace/workspace.ts';
import { until } from '../slack/rig.ts';
import { openTasksFolder, type TaskLines, workspaceOf } from './folder.ts';

const BATCH = '2026-11-02';
const EVERY_SECOND = "schedule: { look: '* * * * * *' }\nbudget: 4\nopinions: 1\n";

async function stageOf(tasks: TaskLines, archived: readonly string[] = []) {
  const folder = await openTasksFolder(tasks, 12);
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const workspace = await workspaceOf(tasks, [], {}, archived);
  onTestFinished(() => workspace.close());
  const factsOf = async (task: string): Promise<readonly Fact[]> =>
    (await readStore(join(folder, task, 'rounds'))).facts(BATCH);
  return { folder, workspace, factsOf };
}

function startIn(folder: string, { botToken, appToken, apiUrl: slackApiUrl }: Workspace, ...files: readonly string[]) {
  const paths = files.length > 0 ? files.map((name) => join(folder, 'tasks', `${name}.yaml`)) : [join(folder, 'tasks')];
  return start(readTasks(paths), { botToken, appToken, slackApiUrl }, () => undefined);
}

/** The question on a task's card, as its first button has it. */
async function askedIn(workspace: Workspace, task: string) {
  const { messages } = await workspace.person('UBEN').see();
  const card = messages.find(
    (one) => one.channel === `C${task.toUpperCase()}` && /"label:0"/.test(JSON.stringify(one)),
  );
  const question = /"value":"(2026-11-02:(\d+):\d+)"/.exec(JSON.stringify(card));
  return card && question ? { card, question: question[1]!, image: Number(question[2]) } : undefined;
}

/** Ben answers what the card asks, by a rule that is the same each time, unless the round ends before it asks anything. */
async function answerOnce(workspace: Workspace, task: string, factsOf: (task: string) => Promise<readonly Fact[]>) {
  const asked = await until(async () => (isOver(await factsOf(task)) ? 'nothing' : askedIn(workspace, task)));
  if (asked === 'nothing') return;
  await workspace.person('UBEN').click(asked.card, `label:${asked.image % 2}`);
  await until(async () => {
    const facts = await factsOf(task);
    return facts.some((fact) => fact.kind === 'answer' && fact.question === asked.question);
  });
}

/** Ben clicks whatever the card asks until the round is over, whether anybody is there to hear it or not. */
async function labelToTheEnd(workspace: Workspace, task: string, factsOf: (task: string) => Promise<readonly Fact[]>) {
  while (!isOver(await factsOf(task))) {
    const asked = await askedIn(workspace, task);
    if (asked)
      await workspace
        .person('UBEN')
        .click(asked.card, `label:${asked.image % 2}`)
        .catch(() => undefined);
    await sleep(100);
  }
}

const isAnswer = (fact: Fact) => fact.kind === 'answer';
const isOver = (facts: readonly Fact[]) => facts.some(({ kind }) => kind === 'result');

function startProcess(folder: string, { botToken, appToken, apiUrl }: Workspace): ChildProcess {
  const tokens = { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_API_URL: apiUrl };
  const child = spawn(process.execPath, ['src/cli.ts', 'start', '--config', join(folder, 'tasks')], {
    env: { ...process.env, ...tokens },
    stdio: 'ignore',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

test('killed again and again, one process goes on with all its tasks: nothing is lost, doubled or in another’s facts', {
  timeout: 240_000,
}, async () => {
  const lines = { more: EVERY_SECOND };
  const names = ['birds', 'leaves', 'rocks'];
  const { folder, workspace, factsOf } = await stageOf({ birds: lines, leaves: lines, rocks: lines });
  let bot = startProcess(folder, workspace);
  const labeled = Promise.all(names.map((task) => labelToTheEnd(workspace, task, factsOf)));
  for (const labels of [3, 8]) {
    await until(async () => (await Promise.all(names.map(factsOf))).flat().filter(isAnswer).length >= labels);
    bot.kill('SIGKILL');
    await once(bot, 'exit');
    const before = await Promise.all(names.map(factsOf));
    await until(() => workspace.connectionCount() === 0);
    bot = startProcess(folder, workspace);
    await until(() => workspace.connectionCount() > 0);
    const after = await Promise.all(names.map(factsOf));
    expect(after.map((facts, nth) => facts.slice(0, before[nth]!.length))).toEqual(before);
  }
  await labeled;
  for (const task of names) {
    const facts = await factsOf(task);
    const answers = facts.filter(isAnswer);
    expect(new Set(answers.map(({ image }) => image)).size).toBe(answers.length);
    expect(facts.filter(({ kind }) => kind === 'result')).toHaveLength(1);
    const places = facts.flatMap((fact) => (fact.kind === 'posted' ? [fact.channel] : []));
    expect(new Set(places)).toEqual(new Set([`C${task.toUpperCase()}`]));
  }
});

test('what a bot with one task left behind goes on beside a second task, its buttons in the channel too', {
  timeout: 240_000,
}, async () => {
  const lines = { more: EVERY_SECOND };
  const { folder, workspace, factsOf } = await stageOf({ birds: lines, leaves: lines });
  const alone = await startIn(folder, workspace, 'birds');
  for (let label = 0; label < 2; label++) await answerOnce(workspace, 'birds', factsOf);
  await alone.stop();
  const before = await factsOf('birds');
  // As the first release wrote it: the whole round as one text below its checksum.
  const body = JSON.stringify(before, undefined, 2);
  const file = join(folder, 'birds', 'rounds', `${BATCH}.json`);
  await writeFile(file, `${createHash('sha256').update(body).digest('hex')}\n${body}`);
  await rm(`${file}.bak`, { force: true });
  const left = await until(() => askedIn(workspace, 'birds'));

  const both = await startIn(folder, workspace, 'birds', 'leaves');
  onTestFinished(() => both.stop());
  expect(both.tasks.map(({ name }) => name)).toEqual(['birds', 'leaves']);
  await until(() => askedIn(workspace, 'leaves'));
  expect((await factsOf('birds')).slice(0, before.length)).toEqual(before);
  await workspace.person('UBEN').click(left.card, `label:${left.image % 2}`);
  while (!isOver(await factsOf('birds'))) await answerOnce(workspace, 'birds', factsOf);
  const facts = await factsOf('birds');
  expect(facts.filter(isAnswer)).toHaveLength(4);
  // The card that stood there is the card.
  expect(facts.filter((fact) => fact.kind === 'posted' && fact.message === `${BATCH}:card`)).toHaveLength(1);
  expect((await factsOf('leaves')).some(isAnswer)).toBe(false);
});

/** Labels the task "sound" to its end and gives what happened in it; which images it asked about depends on what was uploaded first. */
async function playSound({ folder, workspace, factsOf }: Awaited<ReturnType<typeof stageOf>>): Promise<unknown[]> {
  const running = await startIn(folder, workspace);
  onTestFinished(() => running.stop());
  while (!isOver(await factsOf('sound'))) await answerOnce(workspace, 'sound', factsOf);
  await until(async () => (await factsOf('sound')).some(({ key }) => key.startsWith(`posted:${BATCH}:result:1`)));
  const endOf = ({ because, labels, annotators }: Result) => ({ because, labels, annotators });
  return (await factsOf('sound')).map((fact) => [fact.kind, fact.kind === 'result' ? endOf(fact.result) : '']);
}

test('beside a task whose pool crashes and one whose channel is archived, the third’s round ends as if it were alone', {
  timeout: 240_000,
}, async () => {
  const sound = { more: EVERY_SECOND };
  const alone = await stageOf({ sound });
  const expected = await playSound(alone);
  expect(expected).toContainEqual(['result', { because: 'budget spent', labels: 4, annotators: ['UBEN'] }]);

  const crashing = { more: `${EVERY_SECOND}models: ../models\n`, batches: '../unlabeled' };
  const stage = await stageOf({ archived: sound, crashing, sound }, ['CARCHIVED']);
  await mkdir(join(stage.folder, 'models'));
  await writeFile(join(stage.folder, 'models', 'broken.onnx'), 'not a model');
  await mkdir(join(stage.folder, 'unlabeled', BATCH), { recursive: true });
  const image = await readFile(join(stage.folder, 'batches', BATCH, '0.png'));
  await writeFile(join(stage.folder, 'unlabeled', BATCH, '0.png'), image);
  await writeFile(join(stage.folder, 'unlabeled', BATCH, '_COMPLETE'), '');
  expect(await playSound(stage)).toEqual(expected);
  const told = JSON.stringify((await stage.workspace.person('UADA').see()).messages);
  expect(told).toContain('broken');
  expect(told).toContain('archived');
});
