/**
 * A click to the card that follows it, with 20,000 images in the folder of the batch against 300, by turns in one run.
 * The round is the same in both, so the difference is what the folder costs; fails when it is over 10 ms.
 *
 * Run: npm exec -- node scripts/bench-click.ts
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newestBatch } from '../src/predictions/batches.ts';
import type { Predicted } from '../src/predictions/source.ts';
import { openLowdbStore } from '../src/store/lowdb-store.ts';
import type { Card, Channel } from '../src/task/people.ts';
import { openTask, type RunningTask } from '../src/task/task.ts';

const CLICKS = 30;
const LIMIT_MS = 10;
const BATCH = '2026-11-02';

type Desk = { readonly task: RunningTask; card(): Card | undefined; close(): Promise<void> };

const root = await mkdtemp(join(tmpdir(), 'modelpicker-click-'));
const few = await openDesk('few', 300);
const many = await openDesk('many', 20_000);
const times = { few: [] as number[], many: [] as number[] };
for (let click = 0; click < CLICKS; click++) {
  times.few.push(await clickMs(few, click % 5));
  times.many.push(await clickMs(many, click % 5));
}
const [fewMs, manyMs] = [median(times.few), median(times.many)];
console.log(`click to card, median of ${CLICKS}: ${fewMs.toFixed(1)} ms with 300 images in the folder,`);
console.log(
  `${manyMs.toFixed(1)} ms with 20,000: ratio ${(manyMs / fewMs).toFixed(2)}, ${(manyMs - fewMs).toFixed(1)} ms more`,
);
if (manyMs - fewMs > LIMIT_MS) process.exitCode = 1;
await few.close();
await many.close();
await rm(root, { recursive: true });

/** A task on a real store and a real folder of so many files, of which the models have seen the first 300. */
async function openDesk(name: string, files: number): Promise<Desk> {
  const batches = join(root, name);
  const folder = join(batches, BATCH);
  await mkdir(folder, { recursive: true });
  for (let file = 0; file < files; file++) await writeFile(join(folder, `${file}.jpg`), '');
  const store = await openLowdbStore(join(root, `${name}-rounds`));
  const predicted = disagreeingModels();
  let shown: Card | undefined;
  const see: Channel['edit'] = (_posted, message) => {
    if (message.kind === 'card') shown = message.card;
  };
  const task = openTask({
    store,
    channel: {
      post: async (message) => {
        see({ channel: 'C1', ts: '1' }, message);
        return { channel: 'C1', ts: '1' };
      },
      edit: see,
      isGone: () => false,
      prepare: () => {},
      isPrepared: () => true,
      imagesPerMinute: () => 92,
      settled: async () => {},
      tellAdmins: async () => {},
    },
    source: { predict: async () => predicted, recall: async () => predicted },
    findBatch: (after) => newestBatch(batches, 0, new Date(Date.now() + 60_000), { after }),
    batchNamed: (batch) => ({ name: batch, folder: join(batches, batch) }),
    target: { name: 'nowhere', handOver: async () => {}, serving: async () => undefined },
    // Nobody is ever sure enough: the clicks must not end early.
    rules: { confidence: 1, tolerance: 0, budget: 10_000, opinions: 1, deadlineHours: 0 },
    lookingIn: batches,
    now: () => new Date(),
    log: () => {},
  });
  while (!shown) await task.look();
  const close = () => task.close().then(() => store.close());
  return { task, card: () => shown, close };
}

/** From the click until the card asks something else. */
async function clickMs({ task, card }: Desk, chosen: number): Promise<number> {
  const question = asked(card());
  const begunMs = performance.now();
  await task.answer({ question, class: chosen, annotator: 'U1' });
  while (asked(card()) === question) await new Promise(setImmediate);
  const ms = performance.now() - begunMs;
  await task.idle();
  return ms;
}

function asked(card: Card | undefined): string {
  if (card?.now.kind !== 'asking') throw new Error(`The card says "${card?.now.kind}" where it should ask.`);
  return card.now.question.id;
}

/** Ten models that say something different about each of 300 images. */
function disagreeingModels(): Predicted {
  const [images, models] = [300, 10];
  const cells = { length: images * models };
  const classes = Int16Array.from(cells, (_, cell) => (cell * 7 + Math.floor(cell / models) * 3) % 5);
  return {
    classes: ['cat', 'dog', 'owl', 'fox', 'hare'],
    images: Array.from({ length: images }, (_, image) => ({ file: `${image}.jpg`, sha256: `${image}` })),
    setAside: [],
    models: Array.from({ length: models }, (_, model) => ({ name: `model-${model}`, file: '', sha256: `${model}` })),
    leftOut: [],
    predictions: { images, models, classCount: 5, classes },
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
