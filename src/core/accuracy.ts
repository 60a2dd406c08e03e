import { DISPERSION } from './constants.ts';
import { dot, type Gaussian, spread } from './gaussian.ts';
import { OTHER, STRENGTH, WEIGHTS } from './layout.ts';
import type { Problem } from './problem.ts';
import { addPulls, longestRow, mixLapse, softmax } from './vote.ts';

/** Estimated accuracies on the whole batch, as fractions, of each original model. */
export type Accuracies = { readonly expectedAccuracy: Float64Array; readonly accuracySd: Float64Array };

/**
 * What share of the batch each model is expected to have right, unanimous images included, and how far off that may be.
 * What the uncertain weights add to the spread is computed for the leader, and for the others taken in proportion: weak
 * or strong, they share most of it. Cost: items x models.
 */
export function accuraciesOf(
  problem: Problem,
  { mean, covariance }: Gaussian,
  probabilities: Float64Array,
  right: Float64Array,
  leader: number,
): Accuracies {
  const { images, group } = problem;
  const gradient = scoreGradient(problem, probabilities, leader);
  const agreed = expectUnanimous(problem, mean, gradient);
  const variances = scoreVariances(problem, probabilities).map((variance) => variance + agreed.variance);
  const epistemic = Math.max(0, dot(gradient, spread(covariance, gradient)));
  const ratio = variances[leader]! > 0 ? epistemic / variances[leader]! : 0;
  const deviation = (variance: number) => Math.sqrt(DISPERSION * variance * (1 + ratio)) / images;
  return {
    expectedAccuracy: Float64Array.from(group, (model) => (right[model]! + agreed.right) / images),
    accuracySd: Float64Array.from(group, (model) => deviation(variances[model]!)),
  };
}

/** Variance of each distinct model's score from labels nobody gave, images independent. */
function scoreVariances({ kept, itemImages, slots, rowStart }: Problem, probabilities: Float64Array): Float64Array {
  const models = kept.length;
  const variances = new Float64Array(models);
  const doubt = probabilities.map((share) => share * (1 - share));
  for (let item = 0; item < itemImages.length; item++) {
    const start = rowStart[item]!;
    const firstVote = item * models;
    for (let model = 0; model < models; model++) variances[model]! += doubt[start + slots[firstVote + model]!]!;
  }
  return variances;
}

/** The derivative of a model's expected score by the parameters. */
function scoreGradient(problem: Problem, probabilities: Float64Array, model: number): Float64Array {
  const { kept, itemImages, slots, rowStart, layout } = problem;
  const gradient = new Float64Array(layout.size);
  const pull = new Float64Array(longestRow(problem));
  for (let item = 0; item < itemImages.length; item++) {
    const start = rowStart[item]!;
    const slot = slots[item * kept.length + model]!;
    const chance = probabilities[start + slot]!;
    if (chance === 0 || chance === 1) continue;
    const rowLength = rowStart[item + 1]! - start;
    for (let k = 0; k < rowLength; k++) pull[k] = -chance * probabilities[start + k]!;
    pull[slot]! += chance;
    addPulls(problem, item, pull, gradient);
  }
  return gradient;
}

/** How many unanimous images are right, by the same vote; adds their part to the gradient of a score. */
function expectUnanimous({ kept, classCount, unanimous, layout }: Problem, mean: Float64Array, gradient: Float64Array) {
  const { classTerms, skillTerms } = layout;
  const voters = Array.from(kept.keys());
  let right = 0;
  let variance = 0;
  for (const [candidate, count] of unanimous.entries()) {
    if (count === 0) continue;
    const terms = [STRENGTH, ...voters.map((model) => WEIGHTS + model)];
    if (classTerms >= 0) terms.push(classTerms + candidate);
    if (skillTerms >= 0) terms.push(...voters.map((model) => skillTerms + model * classCount + candidate));
    const logit = terms.reduce((sum, term) => sum + mean[term]!, 0);
    const vote = Float64Array.of(logit, mean[OTHER]! + Math.log(classCount - 1));
    softmax(vote, 2);
    mixLapse(vote, 2);
    const chance = vote[0]!;
    const doubt = count * chance * (1 - chance);
    right += count * chance;
    variance += doubt;
    for (const term of terms) gradient[term]! += doubt;
    gradient[OTHER]! -= doubt;
  }
  return { right, variance };
}
