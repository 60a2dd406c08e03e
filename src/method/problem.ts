import { type Agreements, agreementsOf } from './agreements.ts';
import { type WrongClicks, wrongClicksOf } from './click-noise.ts';
import { ASSUMPTIONS, type Assumptions } from './constants.ts';
import { type Dissent, dissentOf } from './dissent.ts';
import { type Layout, layoutOf } from './layout.ts';
import { ABSTAINED, type PredictionMatrix } from './predictions.ts';
import { tabulate, type Votes } from './votes.ts';

/** What the user may choose about clicks. */
export type MethodOptions = {
  /** How many opinions may be asked about one image (3). */
  readonly opinions?: number;
  /** To try others, or to reproduce the prototype's numbers. */
  readonly assumptions?: Assumptions;
};

/**
 * A batch as the method sees it: only the images models disagree on (the *items*), and of identical models only the
 * first (the *distinct models*). Every index array is dense in those; `kept`, `group`, `itemImages` and `itemOfImage`
 * translate to and from the original indices.
 */
export type Problem = Votes &
  Dissent &
  Agreements &
  WrongClicks & {
    readonly opinions: number;
    readonly assumptions: Assumptions;
    /** Distinct model of each original model. */
    readonly group: Int32Array;
    /** Item of each image, -1 where all models agree. */
    readonly itemOfImage: Int32Array;
    /** `unanimous[class]`: images that every model puts in this class. */
    readonly unanimous: Int32Array;
    /** `agreed[image]`: the class that every model puts it in; -1 where they disagree, or none of them says anything. */
    readonly agreed: Int16Array;
    readonly layout: Layout;
  };

/**
 * Prepares a batch, once. Cost: images x models (plus models squared where models are alike).
 *
 * @throws RangeError where the matrix is not images x models classes of the label set, or an option is out of range.
 */
export function prepare(matrix: PredictionMatrix, options: MethodOptions = {}): Problem {
  const { opinions = 3, assumptions = ASSUMPTIONS } = options;
  check(matrix, opinions);
  const { images, models, classCount } = matrix;
  const open: number[] = [];
  const unanimous = new Int32Array(classCount);
  const agreed = new Int16Array(images).fill(ABSTAINED);
  for (let image = 0; image < images; image++) {
    const first = matrix.classes[image * models]!;
    let alike = 1;
    while (alike < models && matrix.classes[image * models + alike] === first) alike += 1;
    if (alike < models) open.push(image);
    else if (first !== ABSTAINED) {
      unanimous[first]! += 1;
      agreed[image] = first;
    }
  }
  const { kept, group } = collapse(matrix, open);
  const itemImages = Int32Array.from(open);
  const itemOfImage = new Int32Array(images).fill(-1);
  for (const [item, image] of open.entries()) itemOfImage[image] = item;
  const choices = { opinions, assumptions };
  const shared = { images, classCount, ...choices, kept, group, itemImages, itemOfImage, unanimous, agreed };
  const votes = { ...shared, ...tabulate(matrix, itemImages, kept) };
  const tables = { ...votes, ...dissentOf(votes) };
  const layout = layoutOf(kept.length, classCount, assumptions);
  return { ...tables, layout, agreements: agreementsOf(votes, layout), ...wrongClicksOf(tables) };
}

/** Keeps the first of all models that predict the same on every open image. */
function collapse({ classes, models }: PredictionMatrix, open: readonly number[]) {
  const kept: number[] = [];
  const group = new Int32Array(models);
  for (let model = 0; model < models; model++) {
    const twin = kept.findIndex((other) =>
      open.every((image) => classes[image * models + model] === classes[image * models + other]),
    );
    group[model] = twin >= 0 ? twin : kept.push(model) - 1;
  }
  return { kept: Int32Array.from(kept), group };
}

function check({ images, models, classCount, classes }: PredictionMatrix, opinions: number): void {
  if (images < 1 || models < 1) throw new RangeError(`A pool needs images and models; got ${images} x ${models}.`);
  if (classCount < 2) throw new RangeError(`The label set needs at least 2 classes; got ${classCount}.`);
  if (classes.length !== images * models) {
    throw new RangeError(`${images} images x ${models} models need ${images * models} classes; got ${classes.length}.`);
  }
  let wrong = 0;
  while (wrong < classes.length && classes[wrong]! < classCount && classes[wrong]! >= ABSTAINED) wrong += 1;
  if (wrong < classes.length) {
    const where = `image ${Math.floor(wrong / models)}, model ${wrong % models}`;
    throw new RangeError(`Class ${classes[wrong]} at ${where} is not one of the ${classCount} classes.`);
  }
  if (!(Number.isInteger(opinions) && opinions >= 1)) throw new RangeError(`opinions is ${opinions}; use 1 or more.`);
}
