import type { PredictionMatrix } from '../../method/predictions.ts';
import { argmax } from '../tally.ts';

/** CODA's constants, as its authors set them for all data: what the consensus counts, a label counts, and all counts. */
const CONSENSUS_WEIGHT = 0.1;
const LABEL_WEIGHT = 0.01;
const PRIOR_SCALE = 2;

/**
 * What CODA believes of the models' confusions: for each model and true class a Dirichlet distribution over what it
 * says. Kept are the sums that its choices need, not all models x classes x classes counts.
 */
export type Confusions = {
  /** `right[class][model]` and `wrong[class][model]`: the Beta of the model's recall on the class. */
  readonly right: readonly Float64Array[];
  readonly wrong: readonly Float64Array[];
  /** `weights[class][image]`: how likely the class is for the image, in proportion: the models' counts for what they say. */
  readonly weights: readonly Float64Array[];
  /** `totals[image]`: its weights, summed over the classes. */
  readonly totals: Float64Array;
};

/**
 * What is believed before any label: each model rather right than not, and the consensus of the models, with little
 * weight, the truth. Every model must have said something of every image. Cost: classes x images x models.
 */
export function priorConfusions(matrix: PredictionMatrix): Confusions {
  const { images, models, classCount } = matrix;
  const perClass = (length: number, value: number) =>
    Array.from({ length: classCount }, () => new Float64Array(length).fill(value));
  const confusions = {
    right: perClass(models, PRIOR_SCALE),
    wrong: perClass(models, PRIOR_SCALE),
    weights: perClass(images, 0),
    totals: new Float64Array(images),
  };
  const consensus = consensusOf(matrix);
  for (let model = 0; model < models; model++) addPrior(matrix, confusions, consensus, model);
  return confusions;
}

function addPrior(matrix: PredictionMatrix, confusions: Confusions, consensus: Int32Array, model: number): void {
  const { images, models, classCount, classes } = matrix;
  const said = Int16Array.from({ length: images }, (_, image) => classes[image * models + model]!);
  const agreed = consensusWeights(said, consensus, classCount);
  for (let truth = 0; truth < classCount; truth++) {
    const agreedOn = agreed[truth]!;
    const weight = confusions.weights[truth]!;
    confusions.right[truth]![model]! += agreedOn[truth]!;
    confusions.wrong[truth]![model]! += agreedOn.reduce((sum, one) => sum + one, 0) - agreedOn[truth]!;
    for (let image = 0; image < images; image++) {
      const count = PRIOR_SCALE * (said[image] === truth ? 1 : 1 / (classCount - 1)) + agreedOn[said[image]!]!;
      weight[image]! += count;
      confusions.totals[image]! += count;
    }
  }
}

/** `weights[class][said]`: what images whose consensus is the class count, each class as much, by what one model says of them. */
function consensusWeights(said: Int16Array, consensus: Int32Array, classCount: number): Float64Array[] {
  const sizes = new Int32Array(classCount);
  for (const agreed of consensus) sizes[agreed]! += 1;
  const weights = Array.from({ length: classCount }, () => new Float64Array(classCount));
  for (const [image, agreed] of consensus.entries()) {
    weights[agreed]![said[image]!]! += (PRIOR_SCALE * CONSENSUS_WEIGHT) / sizes[agreed]!;
  }
  return weights;
}

/** Adds a label, in place: to the Betas of its class, and for every image to the models that say there what they said here. */
export function learnConfusion(matrix: PredictionMatrix, confusions: Confusions, image: number, label: number): void {
  const { images, models, classes } = matrix;
  const [right, wrong, weights] = [confusions.right[label]!, confusions.wrong[label]!, confusions.weights[label]!];
  for (let model = 0; model < models; model++) {
    const said = classes[image * models + model]!;
    (said === label ? right : wrong)[model]! += LABEL_WEIGHT;
    for (let other = 0; other < images; other++) {
      if (classes[other * models + model] !== said) continue;
      weights[other]! += LABEL_WEIGHT;
      confusions.totals[other]! += LABEL_WEIGHT;
    }
  }
}

/** `shares[class]`: how often a class is believed to occur, the mean over the images of what each is believed to be. */
export function classShares({ weights, totals }: Confusions): Float64Array {
  return Float64Array.from(weights, (weight) => {
    let sum = 0;
    for (let image = 0; image < totals.length; image++) sum += weight[image]! / totals[image]!;
    return sum / totals.length;
  });
}

/** The class most models say of each image; the first of equals. */
function consensusOf({ images, models, classCount, classes }: PredictionMatrix): Int32Array {
  return Int32Array.from({ length: images }, (_, image) => {
    const votes = new Int32Array(classCount);
    for (let model = 0; model < models; model++) votes[classes[image * models + model]!]! += 1;
    return argmax(votes);
  });
}
