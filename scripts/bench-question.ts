/**
 * Times what lies between an answer and the next question, on made-up votes with many disagreements: ours, Model Selector's
 * expressions, and one pass over the votes, which nothing that looks at every vote can beat. All in one run, by turns.
 *
 *     npm run bench:question
 *     npm run bench:question -- --json          [{ images, models, classes, threads, medianMs, p99Ms, passMs }]
 *     npm run bench:question -- --size 1000x102x1000 --questions 100
 */
import { parseArgs } from 'node:util';
import { assess } from '../src/method/assess.ts';
import { learn, prior } from '../src/method/belief.ts';
import { type Problem, prepare } from '../src/method/problem.ts';
import { nextImages } from '../src/method/question.ts';
import { modelSelector } from '../src/simulate/model-selector.ts';
import { type LabeledVotes, makeVotes } from './bench/votes.ts';

/** Questions before the clock counts: the engine has compiled what it runs by then. */
const WARM_UP = 20;

/** Model Selector is asked at every so many questions of ours: it takes longer, and always the same. */
const COMPARED_EVERY = 10;

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    questions: { type: 'string', default: '100' },
    size: { type: 'string', multiple: true, default: ['1000x102x1000', '50000x100x1000'] },
  },
});
const rows = options.size.map((size) => bench(makeVotes(...sizeOf(size)), Number(options.questions)));
if (options.json) console.log(JSON.stringify(rows.map(({ selectorMs: _, ...row }) => row)));
else for (const row of rows) console.log(describe(row));

type Row = ReturnType<typeof bench>;

function bench({ matrix, oracle }: LabeledVotes, questions: number) {
  const { images, models, classCount: classes } = matrix;
  const problem = prepare(matrix);
  const selector = modelSelector({ matrix, opinions: 1, epsilon: 0.46, seed: 1 });
  let belief = prior(problem);
  let image = nextImages(problem, belief, assess(problem, belief))[0]!;
  const times = { ours: [] as number[], selector: [] as number[], pass: [] as number[] };
  for (let question = -WARM_UP; question < questions; question++) {
    const begun = performance.now();
    belief = learn(problem, belief, { image, class: oracle[image]! });
    image = nextImages(problem, belief, assess(problem, belief))[0]!;
    const taken = performance.now() - begun;
    if (question >= 0) times.ours.push(taken);
    times.pass.push(timed(() => passOver(problem)));
    if (question % COMPARED_EVERY !== 0) continue;
    times.selector.push(
      timed(() => {
        const asked = selector.next()!;
        selector.learn(asked, oracle[asked]!, '');
      }),
    );
  }
  const [medianMs, p99Ms] = [quantile(times.ours, 0.5), quantile(times.ours, 0.99)];
  const [selectorMs, passMs] = [quantile(times.selector, 0.5), quantile(times.pass, 0.5)];
  return { images, models, classes, threads: 1, medianMs, p99Ms, passMs, selectorMs };
}

/** Looks at every vote once, and does next to nothing with it. */
function passOver({ slots }: Problem): number {
  let sum = 0;
  for (let vote = 0; vote < slots.length; vote++) sum = (sum + slots[vote]!) | 0;
  return sum;
}

function timed(work: () => unknown): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Number(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!.toFixed(3));
}

function sizeOf(text: string): [images: number, models: number, classes: number] {
  const [images, models, classes] = text.split('x').map(Number);
  if (!images || !models || !classes)
    throw new Error(`--size ${text}: write images x models x classes, as 1000x102x1000.`);
  return [images, models, classes];
}

function describe({ images, models, classes, medianMs, p99Ms, passMs, selectorMs }: Row): string {
  const ratio = (ms: number) => `${ms.toFixed(2)} ms, ${(ms / passMs).toFixed(1)} passes`;
  return [
    `${images} images x ${models} models x ${classes} classes, from an answer to the next question:`,
    `  ours, median          ${ratio(medianMs)}`,
    `  ours, 99 %            ${ratio(p99Ms)}`,
    `  Model Selector        ${ratio(selectorMs)}`,
    `  a pass over the votes ${passMs.toFixed(2)} ms`,
  ].join('\n');
}
