/**
 * Kills the bot with `kill -9` at random moments of demo rounds while people click, and looks at what is left: before
 * it is ready, while the models run, between a click and its acknowledgement, between any two facts.
 *
 *     npm exec -- node scripts/kill.ts [--kills 200] [--seed 1] [--tasks 1] [--postgres]
 *
 * With `--tasks 3` it has three tasks, each with people of its own: every answer must be in the facts of theirs.
 * With `--postgres` the facts are in a Postgres of its own (its programs have to be there).
 * With `--handing` it is killed at chosen moments instead, while it hands winners to a folder, a stand-in for a registry, a
 * webhook's receiver and a program, and an admin changes what serves: before and after each write, change of a name and
 * request. Then every place must hold what the facts say, and have heard of everything in order.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { rehearse } from '../src/demo/rehearsal.ts';
import type { Fact, Result } from '../src/round/facts.ts';
import { storePlace } from '../src/settings/folders.ts';
import { readSettings, type Settings } from '../src/settings/settings.ts';
import { chanceFrom } from '../src/simulate/chance.ts';
import { lookAtStore } from '../src/store/open-store.ts';
import { startWorkspace, UNHURRIED_MS, type Workspace } from '../src/workspace/workspace.ts';
import { playLives } from '../test/journey/lives.ts';
import { startPostgres } from '../test/store/postgres-server.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    tasks: { type: 'string', default: '1' },
    handing: { type: 'boolean', default: false },
    postgres: { type: 'boolean', default: false },
  },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const batch = '2026-11-02';
/** Who labels in a task, by its place; the first of all is the admin. */
const peopleOf = (nth: number) => ['ADA', 'BEN', 'CLEO'].map((name) => `U${nth}${name}`);
const channelOf = (nth: number) => `C${nth}MODELS`;
const chance = chanceFrom(Number(values.seed));
const count = { kills: 0, rounds: 0, labels: 0, lost: 0, double: 0, astray: 0, ahead: 0 };
const winners: string[] = [];
const server = values.postgres ? await startPostgres() : undefined;

/** So many kills of hand-overs a batch: the first ones while people label it, the others while an admin changes what serves. */
const LIVES = 20;

if (values.handing) await killHandOvers();
else await killRounds();

async function killRounds(): Promise<void> {
  while (count.kills < Number(values.kills)) {
    const results = await playRounds();
    winners.push(...results.map(({ model }) => model));
    count.rounds += results.length;
    console.log(JSON.stringify({ ...count, winners }));
  }
  const isKept = count.lost + count.double + count.astray + count.ahead === 0 && new Set(winners).size === 1;
  console.log(
    `${count.kills} kills in ${count.rounds} rounds of ${count.labels} labels: ${count.lost} facts lost, ${count.double} labels double, ` +
      `${count.astray} in another task’s facts, ${count.ahead} shown before they were on disk; winners: ${[...new Set(winners)]}`,
  );
  await server?.stop();
  process.exitCode = isKept ? 0 : 1;
}

async function killHandOvers(): Promise<void> {
  const at = new Map<string, number>();
  const faults: string[] = [];
  let [kills, events] = [0, 0];
  for (let rounds = 0; kills < Number(values.kills); rounds++) {
    const moment = (most: number) => 1 + Math.floor(chance() * most);
    const dieAt = Array.from({ length: LIVES }, (_, nth) => moment(nth < 3 ? 250 : 100));
    const lives = await playLives(rounds % 2 === 0 ? 'ask' : 'automatic', dieAt);
    kills += lives.died.length;
    events += lives.events;
    faults.push(...lives.faults);
    for (const place of lives.died) at.set(place, (at.get(place) ?? 0) + 1);
    console.log(JSON.stringify({ kills, events, faults }));
  }
  for (const [place, times] of [...at].sort(([, a], [, b]) => b - a))
    console.log(`${String(times).padStart(5)}  ${place}`);
  console.log(`${kills} kills at ${at.size} kinds of moments, ${events} events delivered: ${faults.length} faults`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

/** A round of each task, all at once. */
async function playRounds(): Promise<Result[]> {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-kill-'));
  const tasks = await openFolder(folder);
  const everybody = tasks.flatMap((_, nth) => peopleOf(nth));
  const workspace = await startWorkspace({
    deadlineMs: UNHURRIED_MS,
    people: everybody.map((id) => ({ id, name: id.slice(1) })),
    channels: tasks.map(({ name }, nth) => ({ id: channelOf(nth), name })),
    commands: [{ command: '/modelpicker', description: 'Model Picker', usageHint: 'help' }],
    rates: 'off',
  });
  let isOver = false;
  const truthFile = join(root, 'data/demo/truth', `${batch}.csv`);
  const about = { workspace, truthFile: () => truthFile, print: () => undefined };
  const played = Promise.all(tasks.map((settings, nth) => rehearse({ ...about, settings, people: peopleOf(nth) })));
  played.finally(() => {
    isOver = true;
  });
  let task = startBot(folder, workspace);
  while (!isOver) {
    await liveAWhile(
      task,
      (await factsOnDisk(tasks)).every((facts) => facts.length > 0),
    );
    if (task.exitCode !== null) throw new Error(`The bot ended by itself with code ${task.exitCode}.`);
    if (isOver || count.kills >= Number(values.kills)) break;
    const shown = labelsShown(workspace);
    const before = await factsOnDisk(tasks);
    task.kill('SIGKILL');
    await once(task, 'exit');
    count.kills += 1;
    if (count.kills % 20 === 0)
      console.log(`${count.kills} kills: ${count.lost} facts lost, ${count.ahead} shown too early`);
    const after = await factsOnDisk(tasks);
    for (const nth of tasks.keys()) checkKill(before[nth]!, after[nth]!, shown[nth]!);
    task = startBot(folder, workspace);
  }
  const results = await played;
  for (const [nth, facts] of (await factsOnDisk(tasks)).entries()) countAnswers(facts, peopleOf(nth));
  task.kill('SIGTERM');
  await once(task, 'exit');
  await workspace.close();
  await rm(folder, { recursive: true });
  return results;
}

function countAnswers(facts: readonly Fact[], people: readonly string[]): void {
  const answers = facts.filter((fact) => fact.kind === 'answer');
  count.labels += answers.length;
  count.double += answers.length - new Set(answers.map(({ question }) => question)).size;
  count.astray += answers.filter(({ annotator }) => !people.includes(annotator)).length;
}

/** The settings of every task, each in a file of its own in `tasks`. */
async function openFolder(folder: string): Promise<Settings[]> {
  await cp(join(root, 'data/demo/batches', batch), join(folder, 'batches', batch), { recursive: true });
  await mkdir(join(folder, 'tasks'));
  const { models, descriptions, classes } = readSettings(join(root, 'data/demo/modelpicker.yaml'));
  // YAML takes JSON as it is.
  const schedule = { look: '*/2 * * * * *', settledMinutes: 0 };
  if (server) process.env.DATABASE_URL = server.withPassword(await server.database());
  const files = Array.from({ length: Number(values.tasks) }, (_, nth) => join(folder, 'tasks', `kill-${nth}.yaml`));
  for (const [nth, file] of files.entries()) {
    const slack = { channel: channelOf(nth), admins: peopleOf(0).slice(0, 1), uploadsPerMinute: 6_000 };
    const places = { batches: '../batches', data: `../live-${nth}`, ...(server && { store: 'DATABASE_URL' }) };
    await writeFile(file, JSON.stringify({ models, descriptions, classes, ...places, schedule, slack }));
  }
  return files.map(readSettings);
}

function startBot(folder: string, { botToken, appToken, apiUrl }: Workspace): ChildProcess {
  const tokens = { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_API_URL: apiUrl };
  return spawn(process.execPath, [join(root, 'src/cli.ts'), 'start', '--config', join(folder, 'tasks')], {
    env: { ...process.env, ...tokens },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

/** One life in five ends while the bot starts, most soon after; some are long enough for the models and for pictures. */
async function liveAWhile(task: ChildProcess, isLabeling: boolean): Promise<void> {
  if (chance() < 0.2) return sleep(chance() * 1_200);
  await new Promise<void>((resolve) => {
    task.once('exit', () => resolve());
    task.stdout!.on('data', (lines) => String(lines).includes(' ready ') && resolve());
  });
  await sleep(chance() * (isLabeling && chance() < 0.85 ? 800 : 12_000));
}

/** What people see on the card of each task as counted. */
function labelsShown({ state }: Workspace): number[] {
  const messages = [...state.messages.values()];
  const countOn = (blocks: unknown) => Number(/(\d+) of at most/.exec(JSON.stringify(blocks))?.[1] ?? 0);
  return Array.from({ length: Number(values.tasks) }, (_, nth) => {
    const shown = messages.filter(({ channel }) => channel === channelOf(nth)).map(({ blocks }) => countOn(blocks));
    return Math.max(0, ...shown);
  });
}

function checkKill(before: readonly Fact[], after: readonly Fact[], shown: number): void {
  if (!isDeepStrictEqual(after.slice(0, before.length), before)) count.lost += 1;
  const labels = after.filter((fact) => fact.kind === 'answer' && fact.class !== null).length;
  if (shown > labels) count.ahead += shown - labels;
}

function factsOnDisk(tasks: readonly Settings[]): Promise<(readonly Fact[])[]> {
  return Promise.all(
    tasks.map(async (settings) => (await lookAtStore(storePlace(settings, process.env))).facts(batch)),
  );
}
