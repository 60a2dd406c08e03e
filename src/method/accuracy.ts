import { type Ballot, ballotOf, emptyBallot, gradientOf, pullVotes } from './ballot.ts';
import { DISPERSION } from './constants.ts';
import { dot, type Gaussian, spread } from './gaussian.ts';
import { passesOf } from './passes.ts';
import type { Problem } from './problem.ts';
import { longestRow, mixLapse, softmax } from './vote.ts';

/**
 * What share of the batch each original model is expected to have right, unanimous images included. What the answers
 * say of the leader beyond the votes lifts the others in proportion, so that nobody passes it.
 *
 * @param right items each distinct model is expected to have right by the votes and the answers.
 * @param gained items the leader is expected to have right beyond these.
 */
export function expectedAccuracies(
  problem: Problem,
  { mean }: Gaussian,
  right: Float64Array,
  leader: number,
  gained: number,
): Float64Array {
  const { images, group } = problem;
  const agreed = unanimousChances(problem, mean).reduce((sum, { count, chance }) => sum + count * chance, 0);
  const rise = gained === 0 ? 1 : 1 + gained / (right[leader]! + agreed);
  const expected = new Float64Array(group.length);
  for (let model = 0; model < group.length; model++)
    expected[model] = (rise * (right[group[model]!]! + agreed)) / images;
  return expected;
}

/**
 * Standard deviations of those shares. What the uncertain weights add is computed for the leader, and for the others
 * taken in proportion: weak or strong, they share most of it. Cost: items x models.
 */
export function accuracyDeviations(
  problem: Problem,
  { mean, covariance }: Gaussian,
  probabilities: Float64Array,
  leader: number,
): Float64Array {
  const { images, group } = problem;
  const agreed = unanimousChances(problem, mean).reduce((sum, { doubt }) => sum + doubt, 0);
  const variances = scoreVariances(problem, probabilities).map((variance) => variance + agreed);
  const gradient = scoreGradient(problem, mean, probabilities, leader);
  const epistemic = Math.max(0, dot(gradient, spread(covariance, gradient)));
  const ratio = variances[leader]! > 0 ? epistemic / variances[leader]! : 0;
  return Float64Array.from(group, (model) => Math.sqrt(DISPERSION * variances[model]! * (1 + ratio)) / images);
}

/** Variance of each distinct model's score from labels nobody gave, images independent. */
function scoreVariances(problem: Problem, probabilities: Float64Array): Float64Array {
  return passesOf(problem).sumByModel(
    problem,
    probabilities.map((chance) => chance * (1 - chance)),
  );
}

/** The derivative of a model's expected score by the parameters. */
function scoreGradient(problem: Problem, mean: Float64Array, probabilities: Float64Array, model: number): Float64Array {
  const { kept, itemImages, slots, rowStart } = problem;
  const ballot = emptyBallot(problem);
  const pull = new Float64Array(longestRow(problem));
  for (let item = 0; item < itemImages.length; item++) {
    const start = rowStart[item]!;
    const slot = slots[item * kept.length + model]!;
    const chance = probabilities[start + slot]!;
    if (chance === 0 || chance === 1) continue;
    const rowLength = rowStart[item + 1]! - start;
    for (let k = 0; k < rowLength; k++) pull[k] = -chance * probabilities[start + k]!;
    pull[slot]! += chance;
    pullVotes(problem, item, pull, ballot);
  }
  for (const { candidate, doubt } of unanimousChances(problem, mean)) pullUnanimous(candidate, doubt, ballot);
  return gradientOf(problem, ballot);
}

/** Of each class that all models agree on somewhere: on how many images, the chance it is right, and their variance. */
export function unanimousChances(problem: Problem, mean: Float64Array) {
  const { classCount, unanimous, assumptions } = problem;
  const agreed: number[] = [];
  for (let candidate = 0; candidate < classCount; candidate++) if (unanimous[candidate]! > 0) agreed.push(candidate);
  if (agreed.length === 0) return [];
  const { everybody, classTerms, pairs, other } = ballotOf(problem, mean);
  const together = pairs.reduce((sum, pair) => sum + pair, 0);
  return agreed.map((candidate) => {
    const count = unanimous[candidate]!;
    const logit = everybody[candidate % everybody.length]! + (classTerms[candidate] ?? 0) + together;
    const vote = Float64Array.of(logit, other + Math.log(classCount - 1));
    softmax(vote, 2);
    mixLapse(vote, 2, assumptions.lapse);
    const chance = vote[0]!;
    return { candidate, count, chance, doubt: count * chance * (1 - chance) };
  });
}

function pullUnanimous(candidate: number, pull: number, ballot: Ballot): void {
  ballot.everybody[candidate % ballot.everybody.length]! += pull;
  if (ballot.classTerms.length > 0) ballot.classTerms[candidate]! += pull;
  for (const pair of ballot.pairs.keys()) ballot.pairs[pair]! += pull;
  ballot.other -= pull;
}
