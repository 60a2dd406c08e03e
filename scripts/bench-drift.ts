import { parseArgs } from 'node:util';
import type { SaidOnDay } from '../src/method/days-aligned.ts';
import { differenceOf, isUnlike } from '../src/method/unlike.ts';
import { chanceFrom, sample } from '../src/simulate/chance.ts';
import { readNames } from '../src/simulate/days/names.ts';
import { type LabeledData, readLabeledData } from '../src/simulate/labeled-data.ts';

/**
 * How often two days are called unlike before anybody has labeled: pairs of days drawn from labeled sets, of the same images
 * by chance (alarms are false), with a mix of classes that differs a little, and with a change. Prints a table in Markdown.
 *
 * Options: --on choose|report (report), --pairs N (200), --images N (320), --only TEXT.
 */

const { values } = parseArgs({
  options: {
    on: { type: 'string', default: 'report' },
    pairs: { type: 'string', default: '200' },
    images: { type: 'string', default: '320' },
    only: { type: 'string', default: '' },
  },
});
const [PAIRS, IMAGES] = [Number(values.pairs), Number(values.images)];

type Part = (item: number, data: LabeledData) => boolean;
const everything: Part = () => true;
const between =
  (from: number, to: number): Part =>
  (item, { matrix }) =>
    item >= from * matrix.images && item < to * matrix.images;
const without =
  (gone: number): Part =>
  (item, { oracle }) =>
    oracle[item] !== gone;

type Side = { readonly set: string; readonly part: Part };
type Pair = { readonly name: string; readonly before: Side; readonly now: Side; readonly mixes?: number };

const alike = (set: string, mixes = 0): Pair => {
  const side = { set, part: everything };
  return { name: mixes === 0 ? set : `${set}, classes ± ${100 * mixes} %`, before: side, now: side, mixes };
};
const change = (name: string, before: [string, Part], now: [string, Part]): Pair => ({
  name,
  before: { set: before[0], part: before[1] },
  now: { set: now[0], part: now[1] },
});

/** What the constants were chosen on, and what is reported: no set is in both. */
const PAIRS_OF: Readonly<Record<string, { readonly alike: readonly Pair[]; readonly changed: readonly Pair[] }>> = {
  choose: {
    alike: ['cifar101_v4', 'mvh_rotation', 'pacs', 'med6_dermamnist'].flatMap((set) => [alike(set), alike(set, 0.2)]),
    changed: [
      change('pacs: photos, then sketches', ['pacs', between(0, 0.17)], ['pacs', between(0.6, 1)]),
      change('pacs: photos, then paintings', ['pacs', between(0, 0.17)], ['pacs', between(0.17, 0.37)]),
      change('cifar101_v4: a class disappears', ['cifar101_v4', everything], ['cifar101_v4', without(3)]),
      change('mvh: rotated, then silhouettes', ['mvh_rotation', everything], ['mvh_silhouette', everything]),
    ],
  },
  report: {
    alike: ['g16_colour', 'g16_noise', 'domain_drift', 'emotion_detection', 'imagenet_val67'].flatMap((set) => [
      alike(set),
      alike(set, 0.2),
    ]),
    changed: [
      change('g16: colour, then rotation', ['g16_colour', everything], ['g16_rotation', everything]),
      change('g16: noise, weak then strong', ['g16_noise', between(0, 0.2)], ['g16_noise', between(0.6, 1)]),
      change('g16: noise, a little stronger', ['g16_noise', between(0, 0.17)], ['g16_noise', between(0.17, 0.34)]),
      change(
        'domain_drift: first half, then second',
        ['domain_drift', between(0, 0.5)],
        ['domain_drift', between(0.5, 1)],
      ),
      change('domain_drift: a class disappears', ['domain_drift', everything], ['domain_drift', without(2)]),
      change(
        'emotion_detection: the commonest class gone',
        ['emotion_detection', everything],
        ['emotion_detection', without(3)],
      ),
    ],
  },
};

const read = new Map<string, LabeledData>();
function dataOf(set: string): LabeledData {
  const known = read.get(set) ?? readLabeledData(`../shared/datasets/${set}`);
  read.set(set, known);
  return known;
}

/** A day's images, none of them in `taken`; with `mixes`, each class is as much commoner or rarer as a draw says. */
function drawDay({ set, part }: Side, seed: readonly number[], mixes: number, taken: Set<string>): SaidOnDay {
  const data = dataOf(set);
  const chance = chanceFrom(...seed);
  const weights = Array.from({ length: data.matrix.classCount }, () =>
    Math.exp(mixes * (2 * chance() - 1) * Math.sqrt(3)),
  );
  const most = Math.max(...weights);
  const items = Array.from(sample(data.matrix.images, data.matrix.images, chance)).filter(
    (item) =>
      part(item, data) &&
      !taken.has(`${set}:${item}`) &&
      (mixes === 0 || chance() < weights[data.oracle[item]!]! / most),
  );
  const drawn = items.slice(0, IMAGES);
  for (const item of drawn) taken.add(`${set}:${item}`);
  const { models } = data.matrix;
  const classes = Int16Array.from(
    { length: drawn.length * models },
    (_, cell) => data.matrix.classes[drawn[Math.floor(cell / models)]! * models + (cell % models)]!,
  );
  return {
    matrix: { ...data.matrix, images: drawn.length, classes },
    names: readNames(`../shared/datasets/${set}`, data.matrix),
  };
}

function row({ name, before, now, mixes = 0 }: Pair, nth: number): void {
  let [seen, sure, compared] = [0, 0, 0];
  let [agreement, moved] = [0, 0];
  for (let pair = 0; pair < PAIRS; pair++) {
    const taken = new Set<string>();
    const days = [drawDay(before, [nth, pair, 1], mixes, taken), drawDay(now, [nth, pair, 2], mixes, taken)] as const;
    const difference = differenceOf(...days);
    if (!difference) continue;
    compared += 1;
    if (isUnlike(difference)) seen += 1;
    if (difference.chance <= 0.001) sure += 1;
    agreement += Math.abs(difference.agreement.now - difference.agreement.before);
    moved += difference.moved;
  }
  const mean = (sum: number) => `${((100 * sum) / compared).toFixed(1)}`;
  console.log(`| ${name} | ${seen} of ${compared} | ${sure} | ${mean(agreement)} | ${mean(moved)} |`);
}

const { alike: steady, changed } = PAIRS_OF[values.on]!;
console.log(
  '| days | called unlike | by chance alone | agreement changed, points | predictions moved, % |\n|---|---|---|---|---|',
);
for (const [nth, pair] of [...steady, ...changed].entries()) if (pair.name.includes(values.only)) row(pair, nth);
