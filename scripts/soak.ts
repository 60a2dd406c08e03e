/**
 * Four people label 5,000 images over 20 rounds, as fast as the bot lets them, through the real Slack app and a local
 * workspace. The bot runs in a process of its own, so that its memory, files and handles can be told from the rest.
 *
 *     npm exec -- node scripts/soak.ts [--rounds 20] [--labels 250]
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
import type { PersonClient } from '../src/workspace/person-client.ts';
import { startWorkspace, type Workspace } from '../src/workspace/workspace.ts';
import { openStandIn } from '../test/safety/stand-in.ts';

/** What the bot's process says about itself after each round. */
type Sample = { labels: number; heapMb: number; rssMb: number; files: number; p50Ms: number; p99Ms: number };

const PEOPLE = ['UADA', 'UBEN', 'UCLEO', 'UDAN'];

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, labels: { type: 'string', default: '250' } },
});
const rounds = Number(values.rounds);
const labels = Number(values.labels);

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
  const env = { ...process.env, SOAK: JSON.stringify({ folder, botToken, appToken, slackApiUrl: apiUrl }) };
  const bot = fork(fileURLToPath(import.meta.url), ['--labels', String(labels)], { env });
  await once(bot, 'message');
  const begun = performance.now();
  const samples: Sample[] = [];
  for (let round = 1; round <= rounds; round++) {
    const sample = await playRound(bot, workspace, `day-${round}`);
    samples.push(sample);
    const seconds = Math.round((performance.now() - begun) / 1000);
    console.log(`round ${round}, ${seconds} s: ${JSON.stringify(sample)}`);
  }
  bot.send('stop');
  await once(bot, 'exit');
  await workspace.close();
  await rm(folder, { recursive: true });
  report(samples);
}

async function playRound(bot: ChildProcess, workspace: Workspace, batch: string): Promise<Sample> {
  const over = once(bot, 'message') as Promise<[Sample]>;
  bot.send(batch);
  let isOver = false;
  over.then(() => {
    isOver = true;
  });
  await Promise.all(PEOPLE.map((id) => labelAlone(workspace.person(id), batch, () => isOver)));
  return (await over)[0];
}

async function labelAlone(person: PersonClient, batch: string, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    try {
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
  const mean = (part: readonly Sample[]) => part.reduce((sum, { heapMb }) => sum + heapMb, 0) / part.length;
  const second = mean(samples.slice(quarter, 2 * quarter));
  const last = mean(samples.slice(-quarter));
  const growth = 100 * (last / second - 1);
  const p99Ms = Math.max(...samples.map((sample) => sample.p99Ms));
  const promises: [string, string, boolean][] = [
    ['labels', String(samples.at(-1)!.labels), samples.at(-1)!.labels >= rounds * labels],
    ['heap, last quarter over second (5 %)', `${growth.toFixed(1)} %`, growth <= 5],
    [
      'open files, first and last',
      `${samples[0]!.files}, ${samples.at(-1)!.files}`,
      samples.at(-1)!.files <= samples[0]!.files + 1,
    ],
    ['click to disk, p99 of the worst round (20 ms)', `${p99Ms} ms`, p99Ms <= 20],
  ];
  for (const [what, value, isKept] of promises) console.log(`${isKept ? 'ok    ' : 'BROKEN'} ${what}: ${value}`);
  if (promises.some(([, , isKept]) => !isKept)) process.exitCode = 1;
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
  const rules = { confidence: 2, clickError: 0.05, budget: labels };
  const running = await openStandIn({ folder, images, settings, rules, log });
  const { bot, store } = running;
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
    const sorted = tookMs.splice(0).sort((a, b) => a - b);
    const at = (share: number) => Number((sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1));
    const answers = store.rounds().flatMap((round) => store.facts(round).filter(({ kind }) => kind === 'answer'));
    return {
      labels: answers.length,
      heapMb: Number((heapUsed / 1e6).toFixed(1)),
      rssMb: Math.round(rss / 1e6),
      files: openFiles(),
      p50Ms: at(0.5),
      p99Ms: at(0.99),
    };
  }

  process.on('message', async (message: string) => {
    if (message !== 'stop') return running.arrive(message);
    await running.stop();
    process.exit();
  });
  await bot.idle();
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
