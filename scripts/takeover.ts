/**
 * Kills or pauses the bot at work, again and again, while people click and a standby waits; measures how long it takes until
 * the standby is ready, and looks for labels that were lost or are there twice, and for messages that were posted twice.
 * Needs Postgres's own programs.
 *
 * Run: npm exec -- node scripts/takeover.ts [--kills 100] [--pauses 20] [--seed 1]
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
import { readSettings } from '../src/settings/settings.ts';
import { chanceFrom } from '../src/simulate/chance.ts';
import { readPostgres } from '../src/store/postgres/read.ts';
import { startWorkspace, UNHURRIED_MS } from '../src/workspace/workspace.ts';
import { startPostgres } from '../test/store/postgres-server.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    pauses: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const batch = '2026-11-02';
const people = ['U0ADA', 'U0BEN', 'U0CLEO'];
const chance = chanceFrom(Number(values.seed));
const left = { kill: Number(values.kills), pause: Number(values.pauses) };
const tookMs = { kill: [] as number[], pause: [] as number[] };
const count = { rounds: 0, labels: 0, lost: 0, doubleLabels: 0, doublePosts: 0 };

const server = await startPostgres();
try {
  while (left.kill + left.pause > 0) {
    await playRound();
    count.rounds += 1;
    console.log(JSON.stringify({ left, ...count }));
    for (const kind of ['kill', 'pause'] as const) console.log(`${kind}: ${describe(tookMs[kind])}`);
  }
} finally {
  await server.stop();
}
process.exit(count.lost + count.doubleLabels + count.doublePosts > 0 ? 1 : 0);

type Bot = { readonly process: ChildProcess; said(words: string): Promise<void> };

async function playRound(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-takeover-'));
  const address = server.withPassword(await server.database());
  process.env.DATABASE_URL = address;
  const settings = await openFolder(folder);
  const workspace = await startWorkspace({
    deadlineMs: UNHURRIED_MS,
    people: people.map((id) => ({ id, name: id.slice(2) })),
    channels: [{ id: 'C0MODELS', name: 'models' }],
    commands: [{ command: '/modelpicker', description: 'Model Picker', usageHint: 'help' }],
    rates: 'off',
  });
  const facts = async () => (await readPostgres({ address, task: 'takeover' })).facts(batch);
  const start = () => startBot(settings.file, workspace);
  let [atWork, standby] = [start(), undefined as Bot | undefined];
  await atWork.said(' ready ');
  let isOver = false;
  const truthFile = () => join(root, 'data/demo/truth', `${batch}.csv`);
  const played = rehearse({ settings, workspace, people, truthFile, print: () => undefined }).finally(() => {
    isOver = true;
  });
  // It is awaited at the end, and may fail before.
  played.catch(() => undefined);
  while (!isOver && left.kill + left.pause > 0) {
    standby = start();
    await standby.said('waiting for another bot');
    await sleep(chance() * 3_000);
    if (isOver) break;
    const before = await facts();
    await takeOver(atWork, standby);
    if (!isDeepStrictEqual((await facts()).slice(0, before.length), before)) count.lost += 1;
    [atWork, standby] = [standby, undefined];
  }
  await played;
  const answers = (await facts()).filter((fact) => fact.kind === 'answer');
  count.labels += answers.length;
  count.doubleLabels += answers.length - new Set(answers.map(({ question }) => question)).size;
  const keys = [...workspace.state.messages.values()].flatMap(({ metadata }) => metadata?.event_payload.key ?? []);
  count.doublePosts += keys.length - new Set(keys).size;
  for (const bot of [standby, atWork]) {
    bot?.process.kill('SIGKILL');
  }
  await workspace.close();
  await rm(folder, { recursive: true });
}

/** Kills or pauses the one, and times until the other is ready; one that was paused has to end by itself. */
async function takeOver(atWork: Bot, standby: Bot): Promise<void> {
  const kind = chance() * (left.kill + left.pause) < left.kill ? 'kill' : 'pause';
  left[kind] -= 1;
  const begun = performance.now();
  const ended = once(atWork.process, 'exit');
  atWork.process.kill(kind === 'kill' ? 'SIGKILL' : 'SIGSTOP');
  await standby.said(' ready ');
  tookMs[kind].push(performance.now() - begun);
  if (kind === 'kill') return;
  atWork.process.kill('SIGCONT');
  const [code] = await ended;
  if (code !== 1) throw new Error(`The bot that was paused ended with code ${code}.`);
}

async function openFolder(folder: string) {
  await cp(join(root, 'data/demo/batches', batch), join(folder, 'batches', batch), { recursive: true });
  const file = join(folder, 'modelpicker.yaml');
  const { models, descriptions, classes } = readSettings(join(root, 'data/demo/modelpicker.yaml'));
  const slack = { channel: 'C0MODELS', admins: people.slice(0, 1), uploadsPerMinute: 6_000 };
  const schedule = { look: '*/2 * * * * *', settledMinutes: 0 };
  const places = { name: 'takeover', store: 'DATABASE_URL', batches: 'batches', data: 'live' };
  // YAML takes JSON as it is.
  await writeFile(file, JSON.stringify({ models, descriptions, classes, ...places, schedule, slack }));
  return readSettings(file);
}

function startBot(file: string, tokens: { botToken: string; appToken: string; apiUrl: string }): Bot {
  const { botToken: SLACK_BOT_TOKEN, appToken: SLACK_APP_TOKEN, apiUrl: SLACK_API_URL } = tokens;
  const child = spawn(process.execPath, [join(root, 'src/cli.ts'), 'start', '--config', file], {
    env: { ...process.env, SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_API_URL },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  return {
    process: child,
    said: async (words) => {
      while (!output.includes(words)) {
        if (child.exitCode !== null) throw new Error(`The bot ended with code ${child.exitCode}.`);
        await sleep(20);
      }
    },
  };
}

function describe(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => ((sorted[Math.ceil(share * sorted.length) - 1] ?? 0) / 1000).toFixed(1);
  return `${times.length} takeovers, median ${at(0.5)} s, p95 ${at(0.95)} s, longest ${at(1)} s`;
}
