/**
 * What many facts cost, in CPU time, which other work on the machine stretches less than the clock: a start with 1,000
 * rounds of 300 labels on disk, and a click in a round of 10,000 labels against one of 10. Fails when the start takes over
 * 1 s, or a click over half as much again.
 *
 * Run: npm exec -- node scripts/bench-facts.ts
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Predicted } from '../src/predictions/source.ts';
import type { Fact } from '../src/round/facts.ts';
import { HEAD, HEAD_SUM, lineOf } from '../src/store/fact-lines.ts';
import { openLowdbStore } from '../src/store/lowdb-store.ts';
import type { Store } from '../src/store/store.ts';
import { readJournal } from '../src/task/journal.ts';
import type { Card, Channel } from '../src/task/people.ts';
import { openTask, type RunningTask } from '../src/task/task.ts';

const [ROUNDS, LABELS, CLICKS] = [1_000, 300, 15];
const [IMAGES, MODELS] = [10_100, 10];
const BATCH = '2026-11-02';
const at = '2026-11-02T08:00:00.000Z';
/** Nobody is ever sure enough: the clicks must not end early. */
const rules = { confidence: 1, tolerance: 0, budget: 100_000, opinions: 1, deadlineHours: 0 };
const root = await mkdtemp(join(tmpdir(), 'modelpicker-facts-'));

const start = await startMs();
console.log(`start with ${ROUNDS} rounds of ${LABELS} labels: ${start.toFixed(0)} ms`);
const few = await clickMs('few', 10);
const many = await clickMs('many', 10_000);
console.log(
  `click at 10 labels: ${few.toFixed(0)} ms, at 10,000: ${many.toFixed(0)}; ratio ${(many / few).toFixed(2)}`,
);
await rm(root, { recursive: true });
process.exit(start < 1_000 && many < 1.5 * few ? 0 : 1);

/** Opening the store and finding what serves now, as a start does. */
async function startMs(): Promise<number> {
  const folder = join(root, 'rounds');
  await (await openLowdbStore(folder)).close();
  for (let day = 1; day <= ROUNDS; day++) {
    const batch = `day-${day}`;
    let [text, sum] = [HEAD, HEAD_SUM];
    for (const fact of [openingOf(batch), ...labelsOf(batch, LABELS), ...endOf(LABELS)]) {
      const next = lineOf([fact], sum);
      text += next.line;
      sum = next.sum;
    }
    await writeFile(join(folder, `${batch}.json`), text);
  }
  // What was just written would be put on the disk at the cost of the start.
  execFileSync('sync');
  const before = cpuMs();
  const store = await openLowdbStore(folder);
  const serves = readJournal(store).present();
  const ms = cpuMs() - before;
  if (serves?.model !== 'model-1') throw new Error('The store does not say what serves.');
  await store.close();
  return ms;
}

/** From a click until nothing is left to do; the median of some. */
async function clickMs(name: string, labels: number): Promise<number> {
  const store = await openLowdbStore(join(root, name));
  let asked: string | undefined;
  const task = openOn(store, ({ now }) => {
    asked = now.kind === 'asking' ? now.question.id : undefined;
  });
  while (asked === undefined) await task.look();
  await store.add(BATCH, ...labelsOf(BATCH, labels));
  await task.advance();
  const times: number[] = [];
  for (let click = 0; click < CLICKS; click++) {
    if (asked === undefined) throw new Error('The card asks nothing.');
    const before = cpuMs();
    await task.answer({ question: asked, class: click % 5, annotator: 'U1' });
    await task.idle();
    times.push(cpuMs() - before);
  }
  await task.close();
  await store.close();
  return times.toSorted((a, b) => a - b)[Math.floor(CLICKS / 2)]!;
}

function openOn(store: Store, see: (card: Card) => void): RunningTask {
  const predicted = disagreeingModels();
  const show: Channel['edit'] = (_posted, message) => {
    if (message.kind === 'card') see(message.card);
  };
  return openTask({
    store,
    channel: {
      post: async (message) => {
        show({ channel: 'C1', ts: '1' }, message);
        return { channel: 'C1', ts: '1' };
      },
      edit: show,
      ...{ isGone: () => false, prepare: () => {}, isPrepared: () => true, imagesPerMinute: () => 92 },
      ...{ settled: async () => {}, tellAdmins: async () => {} },
    },
    source: { predict: async () => predicted, recall: async () => predicted },
    findBatch: async () => ({ name: BATCH, folder: root }),
    batchNamed: (batch) => ({ name: batch, folder: root }),
    target: { name: 'nowhere', handOver: async () => {}, serving: async () => undefined },
    rules,
    lookingIn: root,
    now: () => new Date(),
    log: () => {},
  });
}

function openingOf(batch: string): Fact {
  const models = Array.from({ length: MODELS }, (_, model) => ({ name: `model-${model}`, sha256: 'a'.repeat(64) }));
  const about = { batch, classes: ['cat', 'dog', 'owl', 'fox', 'hare'], images: IMAGES, models, predictions: '' };
  return { kind: 'round', key: 'round', at, ...about, leftOut: [], setAside: [], rules };
}

/** Each with the question it answers. */
function labelsOf(batch: string, count: number): Fact[] {
  return Array.from({ length: count }, (_, image): Fact[] => {
    // Not the ids that the bot itself will give.
    const key = `${batch}:${image}:9`;
    const about = { image, file: `${image}.jpg`, class: (image * 7) % 5, annotator: `U000000000${image % 7}` };
    return [
      { kind: 'question', key, at, image, askedOf: 'U0000000000', until: at },
      { kind: 'answer', key: `answer:${key}`, at, question: key, ...about },
    ];
  }).flat();
}

function endOf(labels: number): Fact[] {
  const claim = { model: 'model-1', tiedWith: [], confidence: 0.96, tolerance: 0, accuracy: 0.9, accuracySd: 0.01 };
  const result = { number: 1, because: 'confident' as const, isWinner: true, ...claim, labels, annotators: [] };
  return [
    { kind: 'result', key: 'result:1', at, result },
    { kind: 'deployment', key: 'deployment:1', at, result: 1 },
  ];
}

/** Models that say something different about every image. */
function disagreeingModels(): Predicted {
  const cells = { length: IMAGES * MODELS };
  const classes = Int16Array.from(cells, (_, cell) => (cell * 7 + Math.floor(cell / MODELS) * 3) % 5);
  return {
    classes: ['cat', 'dog', 'owl', 'fox', 'hare'],
    images: Array.from({ length: IMAGES }, (_, image) => ({ file: `${image}.jpg`, sha256: `${image}` })),
    setAside: [],
    models: Array.from({ length: MODELS }, (_, model) => ({ name: `model-${model}`, file: '', sha256: `${model}` })),
    leftOut: [],
    predictions: { images: IMAGES, models: MODELS, classCount: 5, classes },
  };
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
