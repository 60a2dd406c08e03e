import { chanceFrom, sample } from '../../src/simulate/chance.ts';
import { readNames } from '../../src/simulate/days/names.ts';
import type { Day } from '../../src/simulate/days/play-days.ts';
import { type LabeledData, readLabeledData } from '../../src/simulate/labeled-data.ts';

/** Days made up from labeled sets: what is drawn from where on each of them. */
export type DaySequence = {
  readonly name: string;
  /** The first day after the change; 0 where the days only differ by chance. */
  readonly changesOn: number;
  readonly days: (pools: number) => Day[];
};

/** Images a day, and days. */
const [IMAGES, DAYS] = [400, 5];

/** Items of a set that a day may draw from. */
type Part = (data: LabeledData) => Int32Array;

const everything: Part = ({ matrix }) => Int32Array.from({ length: matrix.images }, (_, item) => item);
const between =
  (from: number, to: number): Part =>
  (data) =>
    everything(data).filter((item) => item >= from * data.matrix.images && item < to * data.matrix.images);
const without =
  (gone: number): Part =>
  (data) =>
    everything(data).filter((item) => data.oracle[item] !== gone);

/** A day of a set, its pools drawn anew. */
function dayOf(folder: string, part: Part, day: number, pools: number): Day {
  const data = readLabeledData(folder);
  const items = part(data);
  const draws = Array.from({ length: pools }, (_, draw) =>
    sample(IMAGES, items.length, chanceFrom(draw, day, 77)).map((place) => items[place]!),
  );
  return { data: { ...data, pools: draws }, names: readNames(folder, data.matrix) };
}

function sequence(name: string, changesOn: number, partOn: (day: number) => readonly [string, Part]): DaySequence {
  const days = (pools: number) =>
    Array.from({ length: DAYS }, (_, index) => {
      const [set, part] = partOn(index + 1);
      return dayOf(`../shared/datasets/${set}`, part, index + 1, pools);
    });
  return { name, changesOn, days };
}

/** What choices were made on, and what is reported: no set is in both. */
export const sequences: Readonly<Record<'choose' | 'report', readonly DaySequence[]>> = {
  choose: [
    sequence('steady, cifar101_v4', 0, () => ['cifar101_v4', everything]),
    sequence('steady, mvh_rotation', 0, () => ['mvh_rotation', everything]),
    sequence('steady, pacs', 0, () => ['pacs', everything]),
    sequence('sudden, pacs: photos, then sketches', 4, (day) => ['pacs', day < 4 ? between(0, 0.2) : between(0.6, 1)]),
    sequence('slow, pacs', 2, (day) => ['pacs', between((day - 1) * 0.2, day * 0.2)]),
    sequence('a class disappears, cifar101_v4', 4, (day) => ['cifar101_v4', day < 4 ? everything : without(3)]),
  ],
  report: [
    sequence('steady, g16_colour', 0, () => ['g16_colour', everything]),
    sequence('steady, domain_drift', 0, () => ['domain_drift', everything]),
    sequence('steady, emotion_detection', 0, () => ['emotion_detection', everything]),
    sequence('sudden, g16_colour, then g16_rotation', 4, (day) => [
      day < 4 ? 'g16_colour' : 'g16_rotation',
      everything,
    ]),
    sequence('slow, g16_noise from weak to strong', 2, (day) => ['g16_noise', between((day - 1) * 0.17, day * 0.17)]),
    sequence('a class disappears, domain_drift', 4, (day) => ['domain_drift', day < 4 ? everything : without(2)]),
  ],
};
