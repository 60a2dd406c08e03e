import { type AlignedDays, alignDays, type SaidOnDay } from './days-aligned.ts';
import { ABSTAINED } from './predictions.ts';

type BeforeAndNow = { readonly before: number; readonly now: number };

type ClassShares = BeforeAndNow & { readonly name: string };

/** How what models say of one day's images differs from what the same models said of another's. */
export type Difference = {
  /** How often two models say the same of an image: a share of all pairs of models and images. */
  readonly agreement: BeforeAndNow;
  /** Share of a model's predictions that went from one class to another, beyond what chance alone moves. */
  readonly moved: number;
  /** How often each class was predicted, that whose share changed most first. */
  readonly classes: readonly ClassShares[];
  /** The same two of what most models say of an image, which is right more often than each of them. */
  readonly byMost: { readonly moved: number; readonly classes: readonly ClassShares[] };
  /** Chance that two days of images drawn alike differ as much. */
  readonly chance: number;
};

/** The constants of the rule, chosen on other sets than those that `docs/days.md` reports on. */
const UNLIKE = {
  /** Where images are drawn alike, one day in so many is called unlike the day before it, at most. */
  alarmOnceIn: 1_000,
  /** Changes that are all smaller are not worth a warning, however certain they are: shares. */
  agreementLeast: 0.05,
  movedLeast: 0.12,
  movedByMostLeast: 0.25,
  /** Nor is one of a class, unless one that had this share of the predictions has only so much of it left, or the other way round. */
  classLeast: 0.05,
  classLeft: 0.25,
  /** Of each day: fewer say nothing, and more cost time. */
  imagesLeast: 20,
  imagesMost: 1_000,
};

/**
 * Compares two days by the models and classes that both have; undefined where they have none, or too few images.
 *
 * The images of both days are dealt anew into two days, again and again. Where the images of both were drawn alike, the true
 * days are as likely to be the strangest of all as any other deal: so an alarm at the strangest of `alarmOnceIn` is false
 * once in so many days, whatever models say and however they depend on each other.
 *
 * Cost: deals x (images + classes) x models.
 *
 * @see https://en.wikipedia.org/wiki/Permutation_test
 */
export function differenceOf(before: SaidOnDay, now: SaidOnDay): Difference | undefined {
  const days = alignDays(before, now, UNLIKE.imagesMost);
  if (!days || Math.min(days.first, days.count - days.first) < UNLIKE.imagesLeast) return undefined;
  const compare = comparing(days);
  const order = Int32Array.from({ length: days.count }, (_, image) => image);
  const truly = compare(order);
  const random = randomFrom(days.count);
  const all = [truly];
  while (all.length < UNLIKE.alarmOnceIn) {
    shuffle(order, random);
    all.push(compare(order));
  }
  const agreed = spreadOf(all.map(changeOf));
  const shifted = spreadOf(all.map((one) => one.shifted));
  const strangeness = (one: Compared) =>
    Math.max(Math.abs(changeOf(one) - agreed.mean) / agreed.sd, (one.shifted - shifted.mean) / shifted.sd);
  const least = strangeness(truly) - 1e-9;
  return {
    agreement: truly.agreement,
    moved: Math.max(0, truly.moved - all.reduce((sum, { moved }) => sum + moved, 0) / all.length),
    classes: sharesIn(days),
    byMost: byMostIn(days),
    chance: all.filter((one) => strangeness(one) >= least).length / all.length,
  };
}

/** Whether a difference is worth a warning: more than chance makes, and more than a little. */
export function isUnlike({ agreement, moved, classes, byMost, chance }: Difference): boolean {
  const isLarge =
    Math.abs(agreement.now - agreement.before) >= UNLIKE.agreementLeast ||
    moved >= UNLIKE.movedLeast ||
    byMost.moved >= UNLIKE.movedByMostLeast ||
    [...classes, ...byMost.classes].some(hasComeOrGone);
  return isLarge && chance <= 1 / UNLIKE.alarmOnceIn + 1e-9;
}

/** Whether a class that was often predicted on one day hardly was on the other. */
function hasComeOrGone({ before, now }: BeforeAndNow): boolean {
  const [less, more] = before < now ? [before, now] : [now, before];
  return more >= UNLIKE.classLeast && less <= UNLIKE.classLeft * more;
}

/** `shifted`: how much the classes' shares differ as chi-squared has it, which sees one class that is gone among many. */
type Compared = Pick<Difference, 'agreement' | 'moved'> & { readonly shifted: number };

function changeOf({ agreement: { before, now } }: Compared): number {
  return now - before;
}

/** Compares the first images of an order, as many as the first day has, with the others. */
function comparing(days: AlignedDays): (order: Int32Array) => Compared {
  const { first, count, models } = days;
  const everyone = Int32Array.from({ length: count }, (_, image) => image);
  const total = tallyOf(days, everyone);
  const agreements = agreementsIn(days);
  const agreedInAll = agreements.reduce((sum, one) => sum + one, 0);
  return (order) => {
    const tally = tallyOf(days, order.subarray(0, first));
    let agreed = 0;
    for (let place = 0; place < first; place++) agreed += agreements[order[place]!]!;
    let [moved, shifted] = [0, 0];
    for (let cell = 0; cell < tally.length; cell++) {
      const change = Math.abs(tally[cell]! / first - (total[cell]! - tally[cell]!) / (count - first));
      moved += change;
      if (change > 0) shifted += (change * change) / total[cell]!;
    }
    const agreement = { before: agreed / first, now: (agreedInAll - agreed) / (count - first) };
    return { agreement, moved: moved / (2 * models), shifted };
  };
}

/** `tally[model * classes + class]`: on how many of these images the model says the class. */
function tallyOf({ models, classes, votes }: AlignedDays, images: Int32Array): Int32Array {
  const tally = new Int32Array(models * classes.length);
  for (const image of images) {
    for (let model = 0; model < models; model++) {
      const said = votes[image * models + model]!;
      if (said !== ABSTAINED) tally[model * classes.length + said]! += 1;
    }
  }
  return tally;
}

/** `agreements[image]`: share of the pairs of models that say the same of it; 1 where there is only one model. */
function agreementsIn({ count, models, votes }: AlignedDays): Float64Array {
  const pairs = (models * (models - 1)) / 2;
  return Float64Array.from({ length: count }, (_, image) => {
    let same = 0;
    for (let one = 0; one < models; one++) {
      const said = votes[image * models + one]!;
      for (let other = 0; other < one; other++)
        if (said !== ABSTAINED && said === votes[image * models + other]!) same += 1;
    }
    return pairs === 0 ? 1 : same / pairs;
  });
}

/** How often each class was predicted on either day. */
function sharesIn({ first, count, models, classes, votes }: AlignedDays): Difference['classes'] {
  const tallies = [new Int32Array(classes.length), new Int32Array(classes.length)];
  for (const [cell, said] of votes.entries())
    if (said !== ABSTAINED) tallies[cell < first * models ? 0 : 1]![said]! += 1;
  const shares = classes.map((name, place) => ({
    name,
    before: tallies[0]![place]! / (first * models),
    now: tallies[1]![place]! / ((count - first) * models),
  }));
  return shares.sort((a, b) => Math.abs(b.now - b.before) - Math.abs(a.now - a.before));
}

/** How often most models say each class; where several are said as often, an image counts for each of them in part. */
function byMostIn({ first, count, models, classes, votes }: AlignedDays): Difference['byMost'] {
  const shares = classes.map((name) => ({ name, before: 0, now: 0 }));
  const said = new Int32Array(classes.length);
  for (let image = 0; image < count; image++) {
    said.fill(0);
    for (const one of votes.subarray(image * models, (image + 1) * models)) if (one !== ABSTAINED) said[one]! += 1;
    const most = said.reduce((highest, one) => Math.max(highest, one), 1);
    const tied = shares.filter((_, place) => said[place] === most);
    const [day, images] = image < first ? (['before', first] as const) : (['now', count - first] as const);
    for (const share of tied) share[day] += 1 / (tied.length * images);
  }
  const moved = shares.reduce((sum, { before, now }) => sum + Math.abs(now - before) / 2, 0);
  return { moved, classes: shares };
}

/** Where all are alike nothing is strange: the deviation is then taken as 1. */
function spreadOf(values: readonly number[]): { mean: number; sd: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, sd: variance < 1e-18 ? 1 : Math.sqrt(variance) };
}

/** Fisher and Yates' shuffle, in place. */
function shuffle(order: Int32Array, random: () => number): void {
  for (let place = order.length - 1; place > 0; place--) {
    const other = Math.floor(random() * (place + 1));
    const kept = order[place]!;
    order[place] = order[other]!;
    order[other] = kept;
  }
}

/** Numbers from 0 to 1, the same for the same seed. @see SplitMix32, https://github.com/bryc/code/blob/master/jshash/PRNGs.md */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
