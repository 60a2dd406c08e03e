/**
 * A batch of 50,000 images and 67 models from end to end: the bot in a process of its own, its settings file, its folder of
 * images with `predictions.csv`, a local Slack with Slack's rates, and twenty people. Says how long they wait: for the first
 * card, for clicks and images, while somebody asks for `status` or takes an early label back, and after a `kill -9`.
 *
 *     npm exec -- node scripts/large-batch.ts [--made-up] [--labels 300] [--people 20] [--seconds 60] [--a-minute 80]
 *
 * Predictions are those of 67 models on ImageNet's validation images where `../shared/datasets` is; `--made-up` votes disagree on
 * every image. `--fast`: as many images a minute as people like, and a Slack without rates, so that only the bot is waited for.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { roundsFolder } from '../src/settings/folders.ts';
import { readSettings } from '../src/settings/settings.ts';
import { startWorkspace } from '../src/workspace/workspace.ts';
import { votesOf, writeBatch } from './large/batch.ts';
import { type Bot, runtimeMb, startBot } from './large/bot.ts';
import { cardOf, type Labeler, labelOn, sitDown, type Waits } from './large/crew.ts';
import { seedLabels } from './large/seed.ts';

const BATCH = '2026-11-02';
const CHANNEL = 'C0MODELS';
/** Has labeled at the beginning only, and takes that back. */
const EARLY = 'U0EARLY';
const [STATUS_EVERY_MS, UNDO_EVERY_MS] = [2_000, 5_000];
const [ACK_MS, IMAGE_MS, READY_MS] = [20, 150, 2_000];

const { values } = parseArgs({
  options: {
    'made-up': { type: 'boolean', default: false },
    fast: { type: 'boolean', default: false },
    labels: { type: 'string', default: '300' },
    people: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '60' },
    'a-minute': { type: 'string', default: '80' },
    images: { type: 'string', default: '50000' },
    models: { type: 'string', default: '67' },
  },
});
const people = Array.from({ length: Number(values.people) }, (_, nth) => `U${nth}`);
const everyMs = (60_000 * people.length) / Number(values['a-minute']);
const phaseMs = 1_000 * Number(values.seconds);
const folder = await mkdtemp(join(tmpdir(), 'modelpicker-large-'));
const votes = votesOf(!values['made-up'], Number(values.images), Number(values.models), 1_000);
const { images, models } = votes.matrix;
console.log(`${images} images x ${models} models: writing them…`);
const classes = await writeBatch(join(folder, 'batches', BATCH), votes);
const config = await writeSettings();
const settings = readSettings(config);
const workspace = await startWorkspace({
  people: [...people, EARLY].map((id) => ({ id, name: id.slice(1) })),
  channels: [{ id: CHANNEL, name: 'models' }],
  commands: [{ command: '/modelpicker', description: 'Model Picker', usageHint: 'label' }],
  manifest: parse(await readFile(new URL('../manifest.yml', import.meta.url), 'utf8')),
  ...(values.fast && { rates: 'off' as const }),
});
const crew = { workspace, channel: CHANNEL, oracle: votes.oracle };
const promises: boolean[] = [];

let bot: Bot | undefined;
let labelers: Labeler[] = [];
try {
  await play();
} finally {
  await bot?.end('SIGKILL');
  await workspace.close();
  await rm(folder, { recursive: true });
}
process.exitCode = promises.every((isKept) => isKept) ? 0 : 1;

async function play(): Promise<void> {
  await openTheRound();
  await seedLabels(roundsFolder(settings), BATCH, votes, settings.rules, [EARLY, ...people], Number(values.labels));
  await restart();
  labelers = await Promise.all(people.map((person, nth) => sleep(200 * nth).then(() => sitDown(crew, person))));
  await sleep(5_000);
  await phase('labeling', async () => {});
  await phase(`labeling, with status every ${STATUS_EVERY_MS / 1000} s`, (untilMs) =>
    typeOften(people[0]!, '/modelpicker status', STATUS_EVERY_MS, untilMs),
  );
  await phase(`labeling, with an early undo every ${UNDO_EVERY_MS / 1000} s`, (untilMs) =>
    typeOften(EARLY, '/modelpicker undo', UNDO_EVERY_MS, untilMs),
  );
  await end('SIGKILL');
  await restart();
  await phase('labeling after a kill', async () => {});
  await end('SIGTERM');
}

/** Says what the bot took, and what it could not do. */
async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (!bot) return;
  sayMemory(bot);
  const refused = workspace.state.violations.filter(({ code }) => code === 'ratelimited').map(({ where }) => where);
  console.log(
    `       calls that Slack has refused for its rates so far: ${refused.length} ${[...new Set(refused)].join(', ')}`,
  );
  for (const line of bot.failures.slice(0, 10)) console.log(`       ${line}`);
  const ending = bot;
  bot = undefined;
  await ending.end(signal);
}

async function writeSettings(): Promise<string> {
  const file = join(folder, 'modelpicker.yaml');
  await mkdir(join(folder, 'data'));
  const slack = { channel: CHANNEL, ...(values.fast && { uploadsPerMinute: 6_000 }) };
  const schedule = { look: '*/2 * * * * *', settledMinutes: 0 };
  // Nobody is to be sure before the end. YAML takes JSON as it is.
  const rules = { confidence: 0.999, tolerancePoints: 0, budget: 10_000, opinions: 1 };
  await writeFile(file, JSON.stringify({ batches: 'batches', data: 'data', classes, slack, schedule, ...rules }));
  return file;
}

/** The first life: from the batch's images to its card. */
async function openTheRound(): Promise<void> {
  bot = startBot(config, workspace);
  const [ready, predicted] = [await bot.said('ready'), await bot.said('models have run')];
  await cardOf(crew);
  const posted = bot.elapsedMs();
  say('from “ready” until the batch is read and kept, s', (predicted - ready) / 1000);
  say('from then to the first card, s', (posted - predicted) / 1000);
  await end('SIGTERM');
}

/** Starts the bot on labels that are there; somebody clicks on the card as soon as it is connected. */
async function restart(): Promise<void> {
  bot = startBot(config, workspace);
  const ready = await bot.said('ready');
  say('restart: from the start to “ready”, s', ready / 1000);
  const card = await cardOf(crew);
  const before = JSON.stringify(card.blocks);
  const person = workspace.person(people[0]!);
  const clickedMs = performance.now();
  const outcome = await person.click(card, { actionId: /"action_id":"(label:\d+)"/.exec(before)![1]! });
  promise(
    'restart: a click at once, to its acknowledgement, ms',
    outcome.kind === 'done' ? outcome.afterMs : 3_000,
    ACK_MS,
  );
  while (JSON.stringify((await cardOf(crew)).blocks) === before) await sleep(10);
  promise('restart: from that click to the next image, ms', performance.now() - clickedMs, READY_MS);
}

async function phase(name: string, beside: (untilMs: number) => Promise<void>): Promise<void> {
  const untilMs = performance.now() + phaseMs;
  const all = await Promise.all([
    beside(untilMs),
    ...labelers.map((one: Labeler) => labelOn(crew, one, everyMs, untilMs)),
  ]);
  await refuseIfOver();
  const waits = all.filter((one): one is Waits => one !== undefined);
  const acks = waits.flatMap((one) => one.acks);
  const shown = waits.flatMap((one) => one.images);
  const troubles = waits.flatMap((one) => one.troubles);
  console.log(
    `${name}: ${acks.length} labels, ${troubles.length} troubles ${[...new Set(troubles)].slice(0, 3).join('; ')}`,
  );
  promise('  click to acknowledgement, ms', acks, ACK_MS);
  promise('  click to the next image, ms', shown, IMAGE_MS);
}

/** Whoever waits for an image then, waits for none. */
async function refuseIfOver(): Promise<void> {
  const facts = await readFile(join(roundsFolder(settings), `${BATCH}.json`), 'utf8');
  if (facts.includes('"kind":"result"'))
    throw new Error(
      'Labeling has ended with a result, so that nothing is left to be waited for. Give it fewer --labels.',
    );
}

async function typeOften(person: string, line: string, gapMs: number, untilMs: number): Promise<void> {
  const client = workspace.person(person);
  const tookMs: number[] = [];
  while (performance.now() < untilMs) {
    const next = sleep(gapMs);
    const before = notesFor(person);
    const begunMs = performance.now();
    await client.type(CHANNEL, line);
    while (notesFor(person) === before && performance.now() < begunMs + 60_000) await sleep(5);
    tookMs.push(performance.now() - begunMs);
    await next;
  }
  say(`  ${line} to its answer, ms`, tookMs);
}

function notesFor(person: string): number {
  return [...workspace.state.messages.values()].filter(({ onlyFor }) => onlyFor === person).length;
}

function sayMemory(one: Bot): void {
  const own = runtimeMb();
  say(
    `memory of the bot with its threads, at most, beyond the ${own.toFixed(0)} MB of Node alone, MB`,
    one.peakMb() - own,
  );
}

function say(what: string, found: number | readonly number[]): void {
  console.log(`       ${what}: ${typeof found === 'number' ? found.toFixed(1) : spread(found)}`);
}

function promise(what: string, found: number | readonly number[], most: number): void {
  const isKept = (typeof found === 'number' ? found : quantile(found, 0.99)) <= most;
  promises.push(isKept);
  console.log(
    `${isKept ? 'ok    ' : 'BROKEN'} ${what} (${most}): ${typeof found === 'number' ? found.toFixed(1) : spread(found)}`,
  );
}

function spread(values: readonly number[]): string {
  const at = (share: number) => quantile(values, share).toFixed(1);
  return `p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, longest ${at(1)}`;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
