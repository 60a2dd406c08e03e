import { parseArgs } from 'node:util';
import { assess } from '../src/method/assess.ts';
import type { Yesterday } from '../src/method/inherit.ts';
import { measureAccuracy } from '../src/method/measured.ts';
import { chanceFrom, sample } from '../src/simulate/chance.ts';
import type { Day } from '../src/simulate/days/play-days.ts';
import { type DrawnPool, poolsOf } from '../src/simulate/experiment.ts';
import { oursFrom } from '../src/simulate/ours.ts';
import { play } from '../src/simulate/play.ts';
import { type DaySequence, sequences } from './bench/day-sequences.ts';

/**
 * How often "the deployed model has fallen" is said, and how often it has: plays made-up days, each of which deploys its
 * winner, and holds what the labels, and then images drawn at random, say of the model that served against what was measured
 * of it when its days began. Prints a table in Markdown.
 *
 * Options: --on choose|report (report), --pools N (12), --measure N (20), --only TEXT.
 */

const { values } = parseArgs({
  options: {
    on: { type: 'string', default: 'report' },
    pools: { type: 'string', default: '12' },
    measure: { type: 'string', default: '20' },
    only: { type: 'string', default: '' },
  },
});
const [POOLS, MEASURE] = [Number(values.pools), Number(values.measure)];
const EXPERIMENT = {
  ...{ strategy: 'ours', pools: POOLS, poolSize: undefined, budget: 150, confidence: 0.95 },
  ...{ clickError: 0, people: false, opinions: 3, epsilon: 0.46 },
};
/** As in `src/task/days/drift.ts`, and so are the comparisons. */
const Z = 1.96;

type Estimate = { readonly accuracy: number; readonly sd: number; readonly truth: number };
type Played = {
  readonly yesterday: Yesterday;
  readonly winner: number;
  /** What is known of a model when the winner stands, and once that is measured. */
  readonly known: (model: number) => { readonly first: Estimate; readonly measured: Estimate };
};

/** One day of a pool up to its winner, which is measured then. */
function playDay(
  { matrix, accuracies, annotator }: DrawnPool,
  { names }: Day,
  before: Yesterday | undefined,
  seed: number,
): Played {
  const strategy = oursFrom({ ...EXPERIMENT, seed, matrix }, names, before);
  const { announced, regrets } = play(strategy, annotator, accuracies, EXPERIMENT);
  const yesterday = strategy.asYesterday(announced['within0.5']?.labels ?? regrets.length - 1);
  const { problem, belief } = yesterday;
  const assessment = assess(problem, belief);
  const isAnswered = (image: number) => belief.answers.has(problem.itemOfImage[image]!);
  const order = sample(matrix.images, matrix.images, chanceFrom(seed, 1)).filter((image) => !isAnswered(image));
  const looks = Array.from(order.subarray(0, MEASURE), (image) => ({ image, ...annotator(image, 0)! }));
  const { leader, expectedAccuracy, accuracySd } = assessment;
  const known = (model: number) => {
    const { mean, halfWidth } = measureAccuracy(problem, belief, assessment, model, looks);
    const truth = accuracies[model]!;
    return {
      first: { accuracy: expectedAccuracy[model]!, sd: accuracySd[model]!, truth },
      measured: { accuracy: mean, sd: halfWidth / Z, truth },
    };
  };
  return { yesterday, winner: leader, known };
}

/** A deployed model on a day after: how far it truly fell since its days began, and whether that is said. */
type Compared = { readonly fell: number; readonly isSaid: boolean };

function compare({ days }: DaySequence): Compared[] {
  const all = days(POOLS).map((day) => ({ day, pools: poolsOf(day.data, EXPERIMENT) }));
  return Array.from({ length: POOLS }, (_, draw) => comparePool(all, draw)).flat();
}

function comparePool(all: readonly { day: Day; pools: readonly DrawnPool[] }[], draw: number): Compared[] {
  const found: Compared[] = [];
  let before: (Played & { readonly since: Estimate }) | undefined;
  for (const { day, pools } of all) {
    const played = playDay(pools[draw]!, day, before?.yesterday, draw);
    let since = played.known(played.winner).measured;
    if (before) {
      const { first, measured } = played.known(before.winner);
      const isSaid = isBelow(first, before.since) || isBelow(measured, before.since);
      found.push({ fell: before.since.truth - measured.truth, isSaid });
      if (played.winner === before.winner && !isSaid) since = before.since;
    }
    before = { ...played, since };
  }
  return found;
}

function isBelow(now: Estimate, then: Estimate): boolean {
  return then.accuracy - now.accuracy > Z * Math.hypot(then.sd, now.sd);
}

console.log(
  '| days | compared | fell less than 5 points | of these said | fell 5 to 15 | said | fell over 15 | said |\n|---|---|---|---|---|---|---|---|',
);
for (const sequence of sequences[values.on === 'choose' ? 'choose' : 'report']) {
  if (!sequence.name.includes(values.only)) continue;
  const found = compare(sequence);
  const cells = [
    [-1, 0.05],
    [0.05, 0.15],
    [0.15, 1],
  ].flatMap(([from, to]) => {
    const those = found.filter(({ fell }) => fell >= from! && fell < to!);
    return [those.length, those.filter(({ isSaid }) => isSaid).length];
  });
  console.log(`| ${sequence.name} | ${found.length} | ${cells.join(' | ')} |`);
}
