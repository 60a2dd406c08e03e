/**
 * Four people label 5,000 images over 20 rounds in 20 minutes, through the real Slack app and a local workspace. The bot
 * runs in a process of its own, so that its memory, files and handles can be told from the rest.
 *
 *     npm exec -- node scripts/soak.ts [--rounds 20] [--labels 250] [--minutes 20]
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { PersonClient } from '../src/workspace/person/person-client.ts';
import { startWorkspace, type Workspace } from '../src/workspace/workspace.ts';
import { openStandIn } from '../test/safety/stand-in.ts';

/** What the bot's process says about itself after each round. */
type Sample = { labels: number; heapMb: number; rssMb: number; files: number; tookMs: number[] };

const PEOPLE = ['UADA', 'UBEN', 'UCLEO', 'UDAN'];

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    labels: { type: 'string', default: '250' },
    minutes: { type: 'string', default: '20' },
  },
});
const rounds = Number(values.rounds);
const labels = Number(values.labels);
const msPerLabel = (60_000 * Number(values.minutes)) / (rounds * labels);

if (process.send) await beTheBot();
else await soak();

async function soak(): Promise<void> {
  const workspace = await startWorkspace({
    people: PEOPLE.map((id) => ({ id, name: id.slice(1) })),
    channels: [{ id: 'CMODELS', name: 'models' }],
    rates: 'off',
    badDays: { uploadDelayMs: 0 },
  });
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-soak-'));
  const { botToken, appToken, apiUrl } = workspace;
  const setup = JSON.stringify({ folder, botToken, appToken, slackApiUrl: apiUrl });
  // As docs/deploy starts it.
  const env = { ...process.env, MALLOC_ARENA_MAX: '2', NODE_OPTIONS: '--max-semi-space-size=4', SOAK: setup };
  const task = fork(fileURLToPath(import.meta.url), ['--labels', String(labels)], { env });
  await once(task, 'message');
  const begun = performance.now();
  const samples: Sample[] = [];
  for (let round = 1; round <= rounds; round++) {
    const sample = await playRound(task, workspace, `day-${round}`);
    samples.push(sample);
    const seconds = Math.round((performance.now() - begun) / 1000);
    const { tookMs, ...state } = sample;
    const p99Ms = percentile(tookMs, 0.99);
    console.log(`round ${round}, ${seconds} s: ${JSON.stringify({ ...state, p50Ms: percentile(tookMs, 0.5), p99Ms })}`);
  }
  task.send('stop');
  await once(task, 'exit');
  await workspace.close();
  await rm(folder, { recursive: true });
  report(samples);
}

async function playRound(task: ChildProcess, workspace: Workspace, batch: string): Promise<Sample> {
  const over = once(task, 'message') as Promise<[Sample]>;
  task.send(batch);
  let isOver = false;
  over.then(() => {
    isOver = true;
  });
  const nextTurn = metronome(msPerLabel);
  await Promise.all(PEOPLE.map((id) => labelAlone(workspace.person(id), batch, nextTurn, () => isOver)));
  return (await over)[0];
}

/** Resolves for one caller at a time, so far apart; who comes late does not wait, so that the pace is kept. */
function metronome(everyMs: number): () => Promise<void> {
  let next = performance.now();
  return () => {
    next += everyMs;
    return sleep(Math.max(0, next - performance.now()));
  };
}

async function labelAlone(
  person: PersonClient,
  batch: string,
  nextTurn: () => Promise<void>,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    try {
      await nextTurn();
      await labelOnce(person, batch);
    } catch {
      // The card or the window has changed meanwhile: look again.
      await sleep(100);
    }
  }
}

async function labelOnce(person: PersonClient, batch: string): Promise<void> {
  const { messages, modals } = await person.see();
  const lane = modals.at(-1);
  if (lane?.callback_id === 'lane') {
    await person.submit(lane, { choice: '1' });
    return;
  }
  if (lane) await person.close(lane, { all: true });
  await sleep(100);
  const card = messages.findLast(({ metadata }) => metadata?.event_payload.key === `${batch}:card`);
  // Where nothing is left to label alone, the card's question is.
  if (card) await person.click(card, { actionId: lane ? 'label:1' : 'lane' });
}

function report(samples: readonly Sample[]): void {
  const quarter = Math.max(1, Math.floor(samples.length / 4));
  const growth = (memory: 'heapMb' | 'rssMb') => {
    const mean = (part: readonly Sample[]) => part.reduce((sum, sample) => sum + sample[memory], 0) / part.length;
    return 100 * (mean(samples.slice(-quarter)) / mean(samples.slice(quarter, 2 * quarter)) - 1);
  };
  const [first, last] = [samples[0]!, samples.at(-1)!];
  const p99Ms = percentile(
    samples.flatMap(({ tookMs }) => tookMs),
    0.99,
  );
  const worstMs = Math.max(...samples.map(({ tookMs }) => percentile(tookMs, 0.99)));
  const promises: [string, string, boolean][] = [
    ['labels', String(last.labels), last.labels >= rounds * labels],
    ['heap, last quarter over second (5 %)', `${growth('heapMb').toFixed(1)} %`, growth('heapMb') <= 5],
    ['memory of the process, the same (5 %)', `${growth('rssMb').toFixed(1)} %`, growth('rssMb') <= 5],
    ['open files, first and last', `${first.files}, ${last.files}`, last.files <= first.files + 1],
    ['click to disk, p99 (20 ms)', `${p99Ms} ms; ${worstMs} ms in the worst round`, p99Ms <= 20],
  ];
  for (const [what, value, isKept] of promises) console.log(`${isKept ? 'ok    ' : 'BROKEN'} ${what}: ${value}`);
  if (promises.some(([, , isKept]) => !isKept)) process.exitCode = 1;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Number((sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1));
}

/** The other process: opens a round when told, and says how it is when the round is over. */
async function beTheBot(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const { folder, ...connection } = JSON.parse(process.env.SOAK!);
  const settings = { ...connection, channel: 'CMODELS', admins: [], timeZone: 'UTC', uploadsPerMinute: 100_000 };
  const tookMs: number[] = [];
  const log = (event: string, fields?: Record<string, unknown>) => {
    if (fields && 'error' in fields) console.log(event, fields);
    if (event === 'result') setTimeout(() => process.send!(sample()), 2_000);
  };
  const images = 2 * labels;
  // Nothing is ever that sure, so each round takes its whole budget.
  const rules = { confidence: 2, budget: labels };
  const running = await openStandIn({ folder, images, settings, rules, log });
  const { task, store } = running;
  const { add } = store;
  // From the fact that is made to the fact that is synced.
  Object.assign(store, {
    add: async (...args: Parameters<typeof add>) => {
      const begun = performance.now();
      const isNew = await add(...args);
      if (args[1]?.kind === 'answer') tookMs.push(performance.now() - begun);
      return isNew;
    },
  });

  function sample(): Sample {
    collectGarbage();
    const { heapUsed, rss } = process.memoryUsage();
    const answers = store.rounds().flatMap((round) => store.facts(round).filter(({ kind }) => kind === 'answer'));
    return {
      labels: answers.length,
      heapMb: Number((heapUsed / 1e6).toFixed(1)),
      rssMb: Math.round(rss / 1e6),
      files: openFiles(),
      tookMs: tookMs.splice(0),
    };
  }

  process.on('message', async (message: string) => {
    if (message !== 'stop') return running.arrive(message);
    await running.stop();
    process.exit();
  });
  await task.idle();
  process.send!('ready');
}

/** Sockets come and go with the calls to Slack that are on their way; files must not. */
function openFiles(): number {
  const places = readdirSync('/proc/self/fd').map((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`);
    } catch {
      return 'socket: closed meanwhile';
    }
  });
  return places.filter((place) => !place.startsWith('socket:')).length;
}
