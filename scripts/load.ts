/**
 * Twenty people label for a minute, 240 labels in all, while a batch is run through the models on the same machine.
 * Slack's rates are enforced, and an image can be shown 1.5 s after its upload. Prints what the bot promises and what it
 * kept, and fails when a promise is broken.
 *
 * Run: npm exec -- node scripts/load.ts [--head-start SECONDS]
 * Between the moment at which everybody has their first question and their first label the bot gets that many seconds.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { parse } from 'yaml';
import { isFailure, type Log } from '../src/log.ts';
import { predictBatch } from '../src/predictions/onnx/predict-batch.ts';
import type { Predicted } from '../src/predictions/source.ts';
import { readSettings } from '../src/settings/settings.ts';
import { startApp } from '../src/slack/app.ts';
import { openChannel } from '../src/slack/out/channel.ts';
import { openLowdbStore } from '../src/store/lowdb-store.ts';
import { openTask } from '../src/task/task.ts';
import type { PersonClient, SeenView } from '../src/workspace/person/person-client.ts';
import { startWorkspace } from '../src/workspace/workspace.ts';
import { alone } from '../test/alone.ts';

const { values: options } = parseArgs({ options: { 'head-start': { type: 'string', default: '0' } } });
const headStartS = Number(options['head-start']);
const seconds = 60;
const laneCount = 17;
const cardCount = 3;
/** One label each so often makes 240 a minute together. */
const laneEveryMs = 4_300;
const cardEveryMs = 5_500;
const images = 320;
const batch = '2026-11-02';
const root = fileURLToPath(new URL('..', import.meta.url));

const folder = await mkdtemp(join(tmpdir(), 'modelpicker-load-'));
const people = Array.from({ length: laneCount + cardCount }, (_, index) => ({
  id: `U${index}`,
  name: `Person ${index}`,
}));
const workspace = await startWorkspace({
  people,
  channels: [{ id: 'CMODELS', name: 'models' }],
  commands: [{ command: '/modelpicker', description: 'Model Picker', usageHint: 'label' }],
  manifest: parse(await readFile(join(root, 'manifest.yml'), 'utf8')),
});
const settings = {
  botToken: workspace.botToken,
  appToken: workspace.appToken,
  slackApiUrl: workspace.apiUrl,
  channel: 'CMODELS',
  admins: [],
  timeZone: 'Europe/Zurich',
};
const failures: string[] = [];
const log: Log = (event, fields = {}) => {
  if (isFailure(event)) failures.push(`${event} ${JSON.stringify(fields)}`);
};
const channel = openChannel(settings, log, alone);
const store = await openLowdbStore(join(folder, 'rounds'));
const predicted = disagreeingModels(await drawImages());
const task = openTask({
  store,
  channel,
  source: { predict: async () => predicted, recall: async () => predicted },
  findBatch: async () => ({ name: batch, folder }),
  batchNamed: (name) => ({ name, folder }),
  target: { name: 'nowhere', handOver: async () => {}, serving: async () => undefined },
  // Nobody is ever sure enough: the minute must not end early.
  rules: { confidence: 1, tolerance: 0, budget: 100_000, opinions: 1, deadlineHours: 0 },
  lookingIn: folder,
  now: () => new Date(),
  log,
});
const app = await startApp({ tasks: [{ name: 'models', task, channel, settings, log }], log, mayCall: alone });
await task.look();
await task.look();
const clients = people.map(({ id }) => workspace.person(id));
const lanes = await openLanes(clients.slice(0, laneCount));
const inference = inferMeanwhile();
console.log(`Everybody has a question; the bot has ${headStartS} s before the first label…`);
await sleep(headStartS * 1000);
const readyBefore = uploaded();
console.log(`${people.length} people label for ${seconds} s…`);
let [presses, nexts] = [0, 0];
const laneAcksMs: number[] = [];
const cardAcksMs: number[] = [];
const laneWaitsMs: number[] = [];
const cardWaitsMs: number[] = [];
const behind: number[] = [];
const endsAt = performance.now() + seconds * 1000;
const errorsBefore = workspace.state.violations.length;
await Promise.all([
  ...lanes.map(({ client, modal }, index) => labelInLane(client, modal, index)),
  ...clients.slice(laneCount).map((client, index) => labelOnCard(client, index)),
  watchCard(clients[0]!),
]);
const uploadedMeanwhile = uploaded() - readyBefore;
inference.stop();
await channel.settled();
report();
await app.stop();
await task.close();
await store.close();
await workspace.close();
await rm(folder, { recursive: true });

/** Ten models that say something different about every image. */
function disagreeingModels(hashes: readonly string[]): Predicted {
  const models = 10;
  const classes = Int16Array.from(
    { length: images * models },
    (_, cell) => (cell * 7 + Math.floor(cell / models) * 3) % 5,
  );
  return {
    classes: ['cat', 'dog', 'owl', 'fox', 'hare'],
    images: hashes.map((sha256, image) => ({ file: `${image}.png`, sha256 })),
    setAside: [],
    models: Array.from({ length: models }, (_, model) => ({ name: `model-${model}`, file: '', sha256: String(model) })),
    leftOut: [],
    predictions: { images, models, classCount: 5, classes },
  };
}

/** Gives their SHA-256. */
async function drawImages(): Promise<string[]> {
  const hashes: string[] = [];
  for (let image = 0; image < images; image++) {
    const background = { r: (image * 53) % 256, g: (image * 101) % 256, b: (image * 29) % 256 };
    const bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background } })
      .png()
      .toBuffer();
    await writeFile(join(folder, `${image}.png`), bytes);
    hashes.push(createHash('sha256').update(bytes).digest('hex'));
  }
  return hashes;
}

/** Files that Slack can show by now. */
function uploaded(): number {
  return [...workspace.state.files.values()].filter((file) => workspace.state.isFileReady(file)).length;
}

type Lane = { client: PersonClient; modal: SeenView };

async function openLanes(clients: readonly PersonClient[]): Promise<Lane[]> {
  return Promise.all(
    clients.map(async (client, index) => {
      await sleep(index * 100);
      const { messages } = await client.see();
      await client.click(messages.find(({ text }) => text.startsWith('Batch'))!, 'Label on my own');
      return { client, modal: await modalOf(client) };
    }),
  );
}

/** The lane once it asks something else than before; it may say first that the image is on its way. */
async function modalOf(client: PersonClient, than?: string): Promise<SeenView> {
  for (;;) {
    const modal = (await client.see()).modals[0];
    if (modal?.callback_id === 'lane' && questionIn(modal) !== than) return modal;
    if (modal !== undefined && JSON.stringify(modal).includes('still on its way')) {
      await client.close(modal);
      await client.type('CMODELS', '/modelpicker label');
    }
    await sleep(50);
  }
}

/** What a lane asks about, by its buttons or, where a press would cost a call too many, by its form. */
function questionIn({ blocks }: SeenView): string {
  return /"(?:press|choice):([^"]+)"/.exec(JSON.stringify(blocks))?.[1] ?? '';
}

/** A press on a class, or *Next* where the lane asks by that; how it ended, and after how many ms. */
async function labelIn(client: PersonClient, modal: SeenView, chosen: string) {
  const isPress = JSON.stringify(modal.blocks).includes('"lane-label:');
  if (isPress) presses += 1;
  else nexts += 1;
  return isPress ? client.click(modal, { actionId: `lane-label:${chosen}` }) : client.submit(modal, { choice: chosen });
}

async function labelInLane(client: PersonClient, modal: SeenView, index: number): Promise<void> {
  await sleep((index * laneEveryMs) / laneCount);
  while (performance.now() < endsAt) {
    const next = sleep(laneEveryMs);
    const askedAt = performance.now();
    const outcome = await labelIn(client, modal, String(index % 5));
    if (outcome.kind === 'done') laneAcksMs.push(outcome.afterMs);
    else failures.push(JSON.stringify(outcome));
    const following = modalOf(client, questionIn(modal));
    const soon = await Promise.race([following, sleep(Math.max(0, endsAt - askedAt))]);
    laneWaitsMs.push(performance.now() - askedAt);
    if (soon === undefined) return;
    modal = soon;
    await next;
  }
}

/** What its buttons ask about. */
function questionOn(card: { readonly blocks: readonly unknown[] }): string {
  return /"value":"([^"]+:[^"]+)"/.exec(JSON.stringify(card.blocks))?.[1] ?? '';
}

/** The card once it shows the image of another question than this. */
async function cardWithImage(client: PersonClient, than?: string) {
  for (;;) {
    const { messages } = await client.see();
    const card = messages.find(({ text }) => text.startsWith('Batch'));
    const isThere = card !== undefined && JSON.stringify(card.blocks).includes('slack_file');
    if (isThere && questionOn(card) !== than) return card;
    await sleep(50);
  }
}

async function labelOnCard(client: PersonClient, index: number): Promise<void> {
  await sleep(index * 1_700);
  while (performance.now() < endsAt) {
    const next = sleep(cardEveryMs);
    const card = await Promise.race([cardWithImage(client), sleep(Math.max(0, endsAt - performance.now()))]);
    if (card === undefined) return;
    const outcome = await client.click(card, `label:${index}`);
    if (outcome.kind === 'done') cardAcksMs.push(outcome.afterMs);
    else failures.push(JSON.stringify(outcome));
    const clickedAt = performance.now();
    await Promise.race([cardWithImage(client, questionOn(card)), sleep(Math.max(0, endsAt - clickedAt))]);
    cardWaitsMs.push(performance.now() - clickedAt);
    await next;
  }
}

/** How many labels the card does not know of yet, looked at ten times a second. */
async function watchCard(client: PersonClient): Promise<void> {
  while (performance.now() < endsAt) {
    const { messages } = await client.see();
    const shown = /(\d+) (?:labels?(?: by|,)|of at most)/.exec(JSON.stringify(messages))?.[1];
    behind.push(task.history().length - Number(shown));
    await sleep(100);
  }
}

/** Runs the demo's models over the demo's images again and again. */
function inferMeanwhile(): { stop(): void; readonly batches: number } {
  const stopping = new AbortController();
  const { models, descriptions, classes } = readSettings(join(root, 'data/demo/modelpicker.yaml'));
  const state = { batches: 0, stop: () => stopping.abort() };
  const run = async () => {
    while (!stopping.signal.aborted) {
      await predictBatch({
        models,
        descriptions,
        ...(classes && { classes }),
        batch: join(root, 'data/demo/batches/2026-11-02'),
        results: join(folder, `inferred-${state.batches}`),
        signal: stopping.signal,
        refuseIfLost: alone,
      });
      state.batches += 1;
    }
  };
  run().catch((error: unknown) => {
    if (!stopping.signal.aborted) failures.push(String(error));
  });
  return state;
}

function report(): void {
  const answers = store.facts(batch).filter((fact) => fact.kind === 'answer');
  const perImage = new Set(answers.map(({ image }) => image));
  const broken = workspace.state.violations.slice(errorsBefore).map(({ where, code }) => `${where} ${code}`);
  const promises: [string, number | string, boolean][] = [
    ['labels in a minute (240)', answers.length, answers.length >= 240],
    ['labels lost or double', answers.length - perImage.size, answers.length === perImage.size],
    ['calls refused by Slack', broken.length, broken.length === 0],
    ['questions the card was behind at most (10)', Math.max(...behind), Math.max(...behind) <= 10],
    ['click on the card to acknowledgement, p50, ms', quantile(cardAcksMs, 0.5), true],
    [
      'click on the card to acknowledgement, p99, ms (100)',
      quantile(cardAcksMs, 0.99),
      quantile(cardAcksMs, 0.99) < 100,
    ],
    [`press (${presses}) or “Next” (${nexts}) in a lane to acknowledgement, p50, ms`, quantile(laneAcksMs, 0.5), true],
    // *Next* travels with its acknowledgement, which waits until the answer and the next question are on disk.
    [
      'press or “Next” in a lane to acknowledgement, p99, ms (500)',
      quantile(laneAcksMs, 0.99),
      quantile(laneAcksMs, 0.99) < 500,
    ],
    ['images ready before the first label', readyBefore, true],
    ['images that reached Slack in that minute', uploadedMeanwhile, true],
    ['wait for the next image in a lane, p50, ms', quantile(laneWaitsMs, 0.5), true],
    [
      'wait for the next image in a lane, longest, ms (2,000)',
      quantile(laneWaitsMs, 1),
      quantile(laneWaitsMs, 1) < 2_000,
    ],
    ['wait for the next image on the card, p50, ms', quantile(cardWaitsMs, 0.5), true],
    [
      'wait for the next image on the card, longest, ms (2,000)',
      quantile(cardWaitsMs, 1),
      quantile(cardWaitsMs, 1) < 2_000,
    ],
    ['batches run through the models meanwhile', inference.batches, true],
    ['failures in the log', failures.length, failures.length === 0],
  ];
  for (const [what, value, isKept] of promises) console.log(`${isKept ? 'ok    ' : 'BROKEN'} ${what}: ${value}`);
  for (const detail of [...new Set([...broken, ...failures])].slice(0, 10)) console.log(`       ${detail}`);
  if (promises.some(([, , isKept]) => !isKept)) process.exitCode = 1;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}
