import { createInterface } from 'node:readline';
import { type Assessment, assess, confidence, isSettled } from '../method/assess.ts';
import { type Click, replay } from '../method/belief.ts';
import type { PredictionMatrix } from '../method/predictions.ts';
import { prepare } from '../method/problem.ts';
import { nextImages } from '../method/question.ts';
import { matrixOf } from '../simulate/labeled-data.ts';
import { chance, estimate, range } from '../slack/say/numbers.ts';
import { howSure, noBetter } from '../slack/say/phrases.ts';
import { alike, readClasses } from '../tables/class-table.ts';

/** What `modelpicker label --help` prints. */
export const usage = `modelpicker label PREDICTIONS CLASSES BUDGET: asks in the terminal, then names the best model

PREDICTIONS  .csv or .npy of class numbers or names: one row an image, one column a model
CLASSES      .csv of every class there is
BUDGET       at most this many labels; asking stops earlier at 95 % confidence

Answer with a class, "?" (can't tell), "undo" or "stop".`;

const TARGET = 0.95;

/**
 * The command `label`: the interface of easeml/modelpicker, for people without Slack. Reads answers from standard input,
 * one a line.
 *
 * @throws Error in one line: what was found where, and the cure.
 */
export async function labelInTerminal(args: string[]): Promise<void> {
  const [predictionsFile, classesFile, budget, ...rest] = args;
  if (!predictionsFile || !classesFile || !/^\d+$/.test(budget ?? '') || rest.length > 0) {
    throw new Error('label takes two files and a number: modelpicker label predictions.csv labelspace.csv 20.');
  }
  const { matrix, labels } = readQuestionnaire(predictionsFile, classesFile);
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  console.log(describe(await ask(matrix, labels, Number(budget), async () => (await lines.next()).value)));
}

/** Puts questions until the budget is spent, the best model is known, or there is no more input. */
async function ask(
  matrix: PredictionMatrix,
  labels: readonly string[],
  budget: number,
  readLine: () => Promise<string | undefined>,
): Promise<Assessment> {
  const problem = prepare(matrix);
  let clicks: readonly Click[] = [];
  /** `confidences[n]`: after n labels. */
  let confidences: readonly number[] = [];
  for (;;) {
    const belief = replay(problem, clicks);
    const assessment = assess(problem, belief);
    const given = clicks.filter((click) => click.class !== null).length;
    confidences = [...confidences.slice(0, given), confidence(assessment, 0)];
    const [image] = nextImages(problem, belief, assessment);
    if (image === undefined || given >= budget || isSettled(confidences.slice(1), TARGET)) return assessment;
    process.stdout.write(`Label ${given + 1} of at most ${budget}. Class of image ${image} (${labels.join(' ')} ?): `);
    const answer = (await readLine())?.trim();
    if (answer === undefined || answer === 'stop') return assessment;
    if (answer === 'undo') clicks = clicks.slice(0, -1);
    else if (answer === '?') clicks = [...clicks, { image, class: null, annotator: 'you' }];
    else if (labels.includes(answer)) clicks = [...clicks, { image, class: labels.indexOf(answer), annotator: 'you' }];
    else console.log(`"${answer}" is not a class: give one of ${labels.join(', ')}, or ?, undo, stop.`);
  }
}

/** The predictions as indices into the sorted classes. */
function readQuestionnaire(predictionsFile: string, classesFile: string) {
  const [predictions, space] = alike(readClasses(predictionsFile), readClasses(classesFile));
  const given = matrixOf(predictions);
  const classes = [...new Set(space.data)].sort((a, b) => a - b);
  const textOf = (one: number) => space.names?.[one] ?? String(one);
  const wrong = given.classes.findIndex((one) => !classes.includes(one));
  if (wrong >= 0) {
    const where = `image ${Math.floor(wrong / given.models)}, model ${wrong % given.models}`;
    throw new Error(
      `${predictionsFile}: class ${textOf(given.classes[wrong]!)} (${where}) is not in ${classesFile}. Add it there.`,
    );
  }
  if (classes.length < 2) throw new Error(`${classesFile} names fewer than two classes. Give at least two.`);
  const indices = given.classes.map((one) => classes.indexOf(one));
  return { matrix: { ...given, classCount: classes.length, classes: indices }, labels: classes.map(textOf) };
}

function describe(assessment: Assessment): string {
  const { leader, tiedWithLeader, chanceBest, expectedAccuracy, accuracySd } = assessment;
  const tied = tiedWithLeader.length > 0 ? `, tied with ${tiedWithLeader.join(', ')}` : '';
  const sure = `${howSure(confidence(assessment, 0))} that ${noBetter(0)}, ${howSure(confidence(assessment, 0.01))} that ${noBetter(0.01)}`;
  const rows = Array.from(chanceBest.keys())
    .sort((a, b) => chanceBest[b]! - chanceBest[a]! || expectedAccuracy[b]! - expectedAccuracy[a]! || a - b)
    .map((model) => {
      const known = { accuracy: expectedAccuracy[model]!, accuracySd: accuracySd[model]! };
      return `  ${String(model).padStart(5)}  ${chance(chanceBest[model]!).padEnd(18)}  ${estimate(known)}, ${range(known)}`;
    });
  return [`\nBest model: ${leader}${tied} (${sure})`, '  model  chance to be best   right', ...rows].join('\n');
}
