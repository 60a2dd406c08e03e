/**
 * Times what lies between an answer and the next question, on made-up votes with many disagreements: ours with one and with
 * several threads, ours in TypeScript alone, as it was before the kernel, Model Selector's expressions, and one pass over the
 * votes (the fastest there was), which nothing that looks at every vote can beat. All in one run.
 *
 *     npm run bench:question
 *     npm run bench:question -- --json          [{ images, models, classes, threads, medianMs, p99Ms, passMs }]
 *     npm run bench:question -- --size 1000x102x1000 --questions 100 --threads 1 --threads 2
 */
import { parseArgs } from 'node:util';
import { assess } from '../src/method/assess.ts';
import { learn, prior } from '../src/method/belief.ts';
import { type Problem, prepare } from '../src/method/problem.ts';
import { nextImages } from '../src/method/question.ts';
import { modelSelector } from '../src/simulate/model-selector.ts';
import { hireCrew } from '../src/task/beliefs/crew.ts';
import { type LabeledVotes, makeVotes } from './bench/votes.ts';

/** Questions of an earlier round, before the clock counts: until then the engine compiles, and now and then one takes twice. */
const WARM_UP = 120;

/** Questions of what ours is compared with, and before these: it takes longer, and always the same. */
const [COMPARED, BEFORE_COMPARED] = [10, 20];

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    questions: { type: 'string', default: '100' },
    threads: { type: 'string', multiple: true, default: ['1', '2'] },
    size: { type: 'string', multiple: true, default: ['1000x102x1000', '50000x100x1000'] },
  },
});
const rows: Row[] = [];
for (const size of options.size) {
  const votes = makeVotes(...sizeOf(size));
  for (const threads of options.threads) rows.push(await bench(votes, Number(options.questions), Number(threads)));
}
if (options.json) console.log(JSON.stringify(rows.map(({ selectorMs: _, beforeMs: __, ...row }) => row)));
else for (const row of rows) console.log(describe(row));

type Row = Awaited<ReturnType<typeof bench>>;

async function bench({ matrix, oracle }: LabeledVotes, questions: number, threads: number) {
  const { images, models, classCount: classes } = matrix;
  const problem = prepare(matrix);
  const crew = threads > 1 ? hireCrew(threads - 1) : undefined;
  const warmUp = player(problem, oracle);
  for (let question = 0; question < WARM_UP; question++) await timedAlone(warmUp);
  const play = player(problem, oracle);
  const times = { ours: [] as number[], pass: [] as number[] };
  for (let question = 0; question < questions; question++) {
    times.ours.push(await timedAlone(play));
    times.pass.push(timed(() => passOver(problem)));
  }
  await crew?.dismiss();
  // Votes of two bytes are left to the TypeScript.
  const before = player({ ...problem, slots: Uint16Array.from(problem.slots) }, oracle);
  const compared = Array.from({ length: BEFORE_COMPARED + COMPARED }, () => timed(before)).slice(BEFORE_COMPARED);
  const selector = modelSelector({ matrix, opinions: 1, epsilon: 0.46, seed: 1 });
  const select = () => {
    const asked = selector.next()!;
    selector.learn(asked, oracle[asked]!, '');
  };
  const selected = Array.from({ length: 2 * COMPARED }, () => timed(select)).slice(COMPARED);
  const [medianMs, p99Ms] = [quantile(times.ours, 0.5), quantile(times.ours, 0.99)];
  const [selectorMs, beforeMs] = [quantile(selected, 0.5), quantile(compared, 0.5)];
  return { images, models, classes, threads, medianMs, p99Ms, passMs: quantile(times.pass, 0), selectorMs, beforeMs };
}

/** Answers a question and chooses the next, each time it is called. */
function player(problem: Problem, oracle: Int16Array): () => void {
  let belief = prior(problem);
  let image = nextImages(problem, belief, assess(problem, belief, true))[0]!;
  return () => {
    belief = learn(problem, belief, { image, class: oracle[image]! });
    image = nextImages(problem, belief, assess(problem, belief, true))[0]!;
  };
}

/** Looks at every vote once, and does next to nothing with it. */
function passOver({ slots }: Problem): number {
  let sum = 0;
  for (let vote = 0; vote < slots.length; vote++) sum = (sum + slots[vote]!) | 0;
  return sum;
}

/** After a turn of the event loop, so that threads get their messages. */
async function timedAlone(work: () => unknown): Promise<number> {
  await new Promise(setImmediate);
  return timed(work);
}

function timed(work: () => unknown): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

/** The value that so many are at or below: of a hundred, 99 % is the second largest, and 0 the smallest. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Number(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!.toFixed(3));
}

function sizeOf(text: string): [images: number, models: number, classes: number] {
  const [images, models, classes] = text.split('x').map(Number);
  if (!images || !models || !classes)
    throw new Error(`--size ${text}: write images x models x classes, as 1000x102x1000.`);
  return [images, models, classes];
}

function describe({ images, models, classes, threads, ...row }: Row): string {
  const ratio = (ms: number) => `${ms.toFixed(2)} ms, ${(ms / row.passMs).toFixed(1)} passes`;
  return [
    `${images} images x ${models} models x ${classes} classes, from an answer to the next question, threads: ${threads}`,
    `  ours, median          ${ratio(row.medianMs)}`,
    `  ours, 99 %            ${ratio(row.p99Ms)}`,
    `  without the kernel    ${ratio(row.beforeMs)}`,
    `  Model Selector        ${ratio(row.selectorMs)}`,
    `  a pass over the votes ${row.passMs.toFixed(2)} ms`,
  ].join('\n');
}
