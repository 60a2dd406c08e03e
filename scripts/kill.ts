/**
 * Kills the bot with `kill -9` at random moments of demo rounds while people click, and looks at what is left: before
 * it is ready, while the models run, between a click and its acknowledgement, between any two facts.
 *
 *     npm exec -- node scripts/kill.ts [--kills 200] [--seed 1] [--postgres]
 *
 * With `--postgres` the facts are in a Postgres of its own (its programs have to be there).
 * With `--handing` it is killed at chosen moments instead, while it hands winners to a folder, a stand-in for a registry, a
 * webhook's receiver and a program, and an admin changes what serves: before and after each write, change of a name and
 * request. Then every place must hold what the facts say, and have heard of everything in order.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { rehearse } from '../src/demo/rehearsal.ts';
import type { Fact, Result } from '../src/round/facts.ts';
import { roundsFolder } from '../src/settings/folders.ts';
import { readSettings, type Settings } from '../src/settings/settings.ts';
import { chanceFrom } from '../src/simulate/chance.ts';
import { lookAtStore } from '../src/store/open-store.ts';
import { startWorkspace, type Workspace } from '../src/workspace/workspace.ts';
import { playLives } from '../test/journey/lives.ts';
import { startPostgres } from '../test/store/postgres-server.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    handing: { type: 'boolean', default: false },
    postgres: { type: 'boolean', default: false },
  },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const batch = '2026-11-02';
const people = ['U0ADA', 'U0BEN', 'U0CLEO'];
const chance = chanceFrom(Number(values.seed));
const count = { kills: 0, rounds: 0, labels: 0, lost: 0, double: 0, ahead: 0 };
const winners: string[] = [];
const server = values.postgres ? await startPostgres() : undefined;

/** So many kills of hand-overs a batch: the first ones while people label it, the others while an admin changes what serves. */
const LIVES = 20;

if (values.handing) await killHandOvers();
else await killRounds();

async function killRounds(): Promise<void> {
  while (count.kills < Number(values.kills)) {
    winners.push((await playRound()).model);
    count.rounds += 1;
    console.log(JSON.stringify({ ...count, winners }));
  }
  const isKept = count.lost + count.double + count.ahead === 0 && new Set(winners).size === 1;
  console.log(
    `${count.kills} kills in ${count.rounds} rounds of ${count.labels} labels: ${count.lost} facts lost, ${count.double} labels double, ` +
      `${count.ahead} shown before they were on disk; winners: ${[...new Set(winners)]}`,
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

async function playRound(): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-kill-'));
  const settings = await openFolder(folder);
  const workspace = await startWorkspace({
    people: people.map((id) => ({ id, name: id.slice(2) })),
    channels: [{ id: 'C0MODELS', name: 'models' }],
    commands: [{ command: '/modelpicker', description: 'Model Picker', usageHint: 'help' }],
    rates: 'off',
  });
  let isOver = false;
  const truthFile = join(root, 'data/demo/truth', `${batch}.csv`);
  const played = rehearse({ settings, workspace, people, truthFile: () => truthFile, print: () => undefined });
  played.finally(() => {
    isOver = true;
  });
  let task = startBot(settings, workspace);
  while (!isOver) {
    await liveAWhile(task, (await factsOnDisk(settings)).length > 0);
    if (task.exitCode !== null) throw new Error(`The bot ended by itself with code ${task.exitCode}.`);
    if (isOver || count.kills >= Number(values.kills)) break;
    const shown = labelsShown(workspace);
    const before = await factsOnDisk(settings);
    task.kill('SIGKILL');
    await once(task, 'exit');
    count.kills += 1;
    if (count.kills % 20 === 0)
      console.log(`${count.kills} kills: ${count.lost} facts lost, ${count.ahead} shown too early`);
    checkKill(before, await factsOnDisk(settings), shown);
    task = startBot(settings, workspace);
  }
  const result = await played;
  const answers = (await factsOnDisk(settings)).filter((fact) => fact.kind === 'answer');
  count.labels += answers.length;
  count.double += answers.length - new Set(answers.map(({ question }) => question)).size;
  task.kill('SIGTERM');
  await once(task, 'exit');
  await workspace.close();
  await rm(folder, { recursive: true });
  return result;
}

async function openFolder(folder: string): Promise<Settings> {
  await cp(join(root, 'data/demo/batches', batch), join(folder, 'batches', batch), { recursive: true });
  const file = join(folder, 'modelpicker.yaml');
  const { models, descriptions, classes } = readSettings(join(root, 'data/demo/modelpicker.yaml'));
  const slack = { channel: 'C0MODELS', admins: people.slice(0, 1), uploadsPerMinute: 6_000 };
  // YAML takes JSON as it is.
  const schedule = { look: '*/2 * * * * *', settledMinutes: 0 };
  const places = { name: 'kill', batches: 'batches', data: 'live', ...(server && { store: 'DATABASE_URL' }) };
  if (server) process.env.DATABASE_URL = server.withPassword(await server.database());
  await writeFile(file, JSON.stringify({ models, descriptions, classes, ...places, schedule, slack }));
  return readSettings(file);
}

function startBot(settings: Settings, { botToken, appToken, apiUrl }: Workspace): ChildProcess {
  const tokens = { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_API_URL: apiUrl };
  return spawn(process.execPath, [join(root, 'src/cli.ts'), 'start', '--config', settings.file], {
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

/** What people see on the card as counted. */
function labelsShown({ state }: Workspace): number {
  const shown = [...state.messages.values()].map(({ blocks }) => /(\d+) of at most/.exec(JSON.stringify(blocks))?.[1]);
  return Math.max(0, ...shown.map((count) => Number(count ?? 0)));
}

function checkKill(before: readonly Fact[], after: readonly Fact[], shown: number): void {
  if (!isDeepStrictEqual(after.slice(0, before.length), before)) count.lost += 1;
  const labels = after.filter((fact) => fact.kind === 'answer' && fact.class !== null).length;
  if (shown > labels) count.ahead += shown - labels;
}

async function factsOnDisk(settings: Settings): Promise<readonly Fact[]> {
  const place = server ? { address: process.env.DATABASE_URL!, task: 'kill' } : { folder: roundsFolder(settings) };
  return (await lookAtStore(place)).facts(batch);
}
