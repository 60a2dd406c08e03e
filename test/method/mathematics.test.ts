import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assess, confidence } from '../../src/method/assess.ts';
import { ballotOf, countVotes } from '../../src/method/ballot.ts';
import { type Click, prior, replay } from '../../src/method/belief.ts';
import { clickNoise } from '../../src/method/click-noise.ts';
import { dot, emptyGaussian, spread } from '../../src/method/gaussian.ts';
import { learnOutcome } from '../../src/method/laplace.ts';
import { normalDensity } from '../../src/method/normal.ts';
import { expectedError } from '../../src/method/people.ts';
import { type Problem, prepare } from '../../src/method/problem.ts';
import { nextImages, scoreQuestions } from '../../src/method/question.ts';
import { unforeseenRight } from '../../src/method/recalibrate.ts';
import { deviationOf } from '../../src/method/rivals.ts';
import { anyPool, flawless } from './pools.ts';

/** A pool and clicks on it, right or wrong. */
const anyState = fc
  .record({
    matrix: anyPool,
    clicks: fc.array(fc.record({ image: fc.nat(11), class: fc.option(fc.nat(1)) }), { maxLength: 6 }),
    people: fc.constantFrom(1, 2),
  })
  .map(({ matrix, clicks, people }) => {
    const log: Click[] = clicks
      .filter(({ image }) => image < matrix.images)
      .map((click, place) => ({ ...click, annotator: `person ${place % people}` }));
    const problem = prepare(matrix, { opinions: 2 });
    return { problem, log, belief: replay(problem, log) };
  });

describe('on pools of every kind', () => {
  test('probabilities sum to 1 on every item, and chances to be best to 1', () => {
    fc.assert(
      fc.property(anyState, ({ problem, belief }) => {
        const { labelProbabilities, chanceBest } = assess(problem, belief);
        for (let item = 0; item < problem.itemImages.length; item++) {
          const row = labelProbabilities.slice(problem.rowStart[item], problem.rowStart[item + 1]);
          expect(sum(row)).toBeCloseTo(1, 12);
        }
        expect(sum(chanceBest)).toBeCloseTo(1, 12);
      }),
    );
  });

  test('a wider tolerance is never less certain, and the leader’s chance is the confidence where that is most of it', () => {
    fc.assert(
      fc.property(anyState, ({ problem, belief }) => {
        const assessment = assess(problem, belief);
        expect(confidence(assessment, 0.2)).toBeGreaterThanOrEqual(confidence(assessment, 0));
        const sure = confidence(assessment, 0);
        if (sure > 0.5) expect(assessment.chanceBest[assessment.leader]).toBeCloseTo(sure, 12);
      }),
    );
  });

  test('the same log gives the same bits', () => {
    fc.assert(
      fc.property(anyState, ({ problem, belief, log }) => {
        const again = replay(problem, log);
        expect(again).toEqual(belief);
        const [one, other] = [assess(problem, belief), assess(problem, again)];
        expect(other).toEqual(one);
        expect(nextImages(problem, again, other, [], 3)).toEqual(nextImages(problem, belief, one, [], 3));
      }),
    );
  });

  test('nobody’s accuracy passes the leader’s', () => {
    fc.assert(
      fc.property(anyState, ({ problem, belief }) => {
        const { expectedAccuracy, leader } = assess(problem, belief);
        expect(Math.max(...expectedAccuracy)).toBeCloseTo(expectedAccuracy[leader]!, 12);
      }),
    );
  });

  test('the leader’s odds are shifted by what is most likely after the answers', () => {
    fc.assert(
      fc.property(anyState, ({ problem, belief }) => {
        const { labelProbabilities, leader } = assess(problem, belief);
        const { group, kept, slots, rowStart, itemImages } = problem;
        const slotOf = (item: number) => slots[item * kept.length + group[leader]!]!;
        const chanceOf = (item: number) => labelProbabilities[rowStart[item]! + slotOf(item)]!;
        const shifted = (chance: number, shift: number) => {
          return 1 / (1 + ((1 - chance) / chance) * Math.exp(-shift));
        };
        const logPosterior = (shift: number) => {
          const logs = Array.from(belief.foreseen, ([item, forecast]) => {
            // Where it abstained it can't be right, whatever the shift.
            if (forecast[slotOf(item)] === 0) return 0;
            const chance = shifted(forecast[slotOf(item)]!, shift);
            return chanceOf(item) * Math.log(chance) + (1 - chanceOf(item)) * Math.log(1 - chance);
          });
          return logs.reduce((total, log) => total + log, -(shift ** 2) / 2);
        };
        const best = largest(logPosterior, -4, 4);
        const others = [...itemImages.keys()].filter((item) => !belief.foreseen.has(item));
        const gains = others.map((item) => shifted(chanceOf(item), best) - chanceOf(item));
        const gained = unforeseenRight(problem, belief, labelProbabilities, group[leader]!);
        expect(gained).toBeCloseTo(sum(gains), 5);
      }),
    );
  });

  test('renaming the classes changes no confidence', () => {
    fc.assert(
      fc.property(anyPool, ({ classes, classCount, ...size }) => {
        const renamed = classes.map((one) => (one < 0 ? one : classCount - 1 - one));
        const [one, other] = [classes, renamed].map((votes) => {
          const problem = prepare({ ...size, classCount, classes: votes });
          return confidence(assess(problem, prior(problem)), 0.01);
        });
        expect(other).toBeCloseTo(one!, 9);
      }),
    );
  });

  test('accuracies lie between 0 and 1 and grow exact when everything is labeled', () => {
    fc.assert(
      fc.property(anyPool, (matrix) => {
        const problem = prepare(matrix, { assumptions: flawless });
        const all = Array.from({ length: matrix.images }, (_, image) => ({ image, class: 0 }));
        const { expectedAccuracy, accuracySd, isFinal } = assess(problem, replay(problem, all));
        expect(isFinal).toBe(true);
        for (const share of expectedAccuracy) expect(share).toBeGreaterThanOrEqual(0);
        for (const share of expectedAccuracy) expect(share).toBeLessThanOrEqual(1 + 1e-12);
        if (problem.unanimous.every((count) => count === 0)) expect(Math.max(...accuracySd)).toBeLessThan(1e-9);
      }),
    );
  });
});

describe('against the slow and obvious', () => {
  test('a click moves the belief as the dense formulas say', () => {
    fc.assert(
      fc.property(anyState, fc.nat(), ({ problem, belief }, pick) => {
        if (problem.itemImages.length === 0) return;
        const item = pick % problem.itemImages.length;
        const slot = pick % problem.outcomes[item]!;
        const learned = emptyGaussian(belief.weights);
        const rate = expectedError(problem, belief.people);
        const answer = { slot, class: 0, annotator: 'Ada', nth: 0 };
        learnOutcome(problem, item, { earlier: [], answer, rate }, belief.weights, learned);
        // At the mode the mean has moved by Sigma F' (pi - q), and the precision has grown by F' W F.
        const { features, shares, weight, explained } = modeOf(problem, item, slot, rate, learned.mean);
        const pulls = shares.map((share, k) => explained[k]! - share);
        const before = features.map((feature) => spread(belief.weights.covariance, feature));
        const after = features.map((feature) => spread(learned.covariance, feature));
        const moved = belief.weights.mean.map(
          (value, index) => value + sum(before.map((reach, k) => reach[index]! * pulls[k]!)),
        );
        expectClose(learned.mean, moved, 1e-3);
        // Sigma' + Sigma' F' W F Sigma = Sigma.
        const size = learned.mean.length;
        const restored = learned.covariance.map((value, place) => {
          const [row, column] = [Math.floor(place / size), place % size];
          const gained = after.map(
            (left, k) => left[row]! * sum(before.map((right, l) => weight[k]![l]! * right[column]!)),
          );
          return value + sum(gained);
        });
        expectClose(restored, belief.weights.covariance);
      }),
      { numRuns: 50 },
    );
  });

  test('a rival’s gradient sums, over all items, how each outcome’s logit moves the expected lead', () => {
    fc.assert(
      fc.property(anyState, ({ problem, belief }) => {
        const { rivals, leader, labelProbabilities } = assess(problem, belief);
        for (const { model, exact } of rivals) {
          const slow = new Float64Array(problem.layout.size);
          for (let item = 0; item < problem.itemImages.length; item++) {
            const chances = labelProbabilities.subarray(problem.rowStart[item], problem.rowStart[item + 1]);
            const votes = own(problem, item, problem.group[leader]!, model);
            const lead = sum(votes.map((vote, k) => vote * chances[k]!));
            for (const [k, feature] of featuresOf(problem, item).entries()) {
              for (const [parameter, value] of feature.entries()) {
                slow[parameter]! += value * chances[k]! * (votes[k]! - lead);
              }
            }
          }
          expectClose(exact!.gradient, slow);
        }
      }),
    );
  });

  test('a question’s score is the variance its answer takes out of each lead, weighed by what is at stake', () => {
    fc.assert(
      fc.property(anyState, ({ problem, belief }) => {
        const assessment = assess(problem, belief);
        const scores = scoreQuestions(problem, belief, assessment, belief.weights.covariance, new Set());
        const worths = assessment.rivals.map((rival) => {
          const deviation = deviationOf(rival);
          return normalDensity((rival.gap + 0.5) / deviation) / deviation;
        });
        const counted = worths.map((worth) => (worth > 0.001 * Math.max(...worths) ? worth : 0));
        const leader = problem.group[assessment.leader]!;
        for (const [item, score] of scores) {
          const slow = assessment.rivals.map(({ model, exact, rank, leads, gap }, index) => {
            const direction = spread(belief.weights.covariance, exact!.gradient);
            const moves = featuresOf(problem, item).map(
              (feature, k) => dot(feature, direction) + own(problem, item, leader, model)[k]!,
            );
            const rates = problem.assumptions.scenarios.map(({ rate }) => rate);
            const { scenarios, weights, gaps } = leads;
            const gains = Array.from(scenarios, (scenario, one) => {
              return weights[one]! * rates[scenario]! * (gaps[rank * weights.length + one]! - gap);
            });
            const covariance = sum(gains);
            const rate = expectedError(problem, belief.people);
            return (
              counted[index]! * heardVariance(problem, assessment.labelProbabilities, item, moves, rate, covariance)
            );
          });
          expect(score).toBeCloseTo(sum(slow), 8);
        }
      }),
    );
  });
});

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function expectClose(actual: Float64Array, expected: Float64Array, limit = 1e-4): void {
  const furthest = actual.reduce((most, value, index) => Math.max(most, Math.abs(value - expected[index]!)), 0);
  expect(furthest).toBeLessThan(limit);
}

/** The dense feature vector of every outcome, read off by counting votes with unit parameters. */
function featuresOf(problem: Problem, item: number): Float64Array[] {
  const { size } = problem.layout;
  const sums = new Float64Array(16);
  const features = Array.from({ length: problem.outcomes[item]! }, () => new Float64Array(size));
  for (let parameter = 0; parameter < size; parameter++) {
    countVotes(problem, item, ballotOf(problem, new Float64Array(size).with(parameter, 1)), sums);
    for (const [k, feature] of features.entries()) feature[parameter] = sums[k]!;
  }
  return features;
}

/** By how much each outcome of an item itself moves the leader's lead over a rival. */
function own(problem: Problem, item: number, leader: number, model: number): number[] {
  const vote = (one: number) => problem.slots[item * problem.kept.length + one];
  return Array.from(
    { length: problem.outcomes[item]! },
    (_, k) => Number(vote(leader) === k) - Number(vote(model) === k),
  );
}

/** The variance, over the answers, of the mean lead after each: by the label, the weights, and the rate of errors. */
function heardVariance(
  problem: Problem,
  probabilities: Float64Array,
  item: number,
  moves: readonly number[],
  rate: number,
  covariance: number,
): number {
  const chances = moves.map((_, k) => probabilities[problem.rowStart[item]! + k]!);
  const mean = sum(moves.map((move, k) => move * chances[k]!));
  const { floors, trust } = clickNoise(problem, item, rate);
  const landing = chances.map((_, k) => problem.wrongClicks[problem.rowStart[item]! + k]!);
  return sum(
    moves.map((move, k) => {
      const perRate = landing[k]! - sum(landing) * chances[k]!;
      const shift = trust * chances[k]! * (move - mean) + covariance * perRate;
      return shift === 0 ? 0 : shift ** 2 / (floors[k]! + trust * chances[k]!);
    }),
  );
}

/** What section 4 of the method says at the mode, written out densely. */
function modeOf(problem: Problem, item: number, slot: number, rate: number, mean: Float64Array) {
  const features = featuresOf(problem, item);
  const candidates = problem.candidates[item]!;
  const logits = features.map(
    (feature, k) => dot(feature, mean) + (k === candidates ? Math.log(problem.classCount - candidates) : 0),
  );
  const total = sum(logits.map(Math.exp));
  const shares = logits.map((logit) => Math.exp(logit) / total);
  const { classCount, assumptions } = problem;
  const floor = assumptions.learningNoise / (classCount - 1);
  const even = 1 - assumptions.learningNoise - floor;
  const noise = clickNoise(problem, item, assumptions.learningShare * rate);
  const floors = noise.floors.map((one) => floor + even * one);
  const trust = even * noise.trust;
  const seen = floors[slot]! + trust * shares[slot]!;
  const explained = shares.map((share, k) => (share * (floors[slot]! + (k === slot ? trust : 0))) / seen);
  const jacobian = (k: number, l: number) => (k === l ? shares[k]! : 0) - shares[k]! * shares[l]!;
  const weight = shares.map((_, k) =>
    shares.map((_, l) =>
      sum(shares.map((share, m) => (jacobian(k, m) * trust ** 2 * jacobian(m, l)) / (floors[m]! + trust * share))),
    ),
  );
  return { features, shares, weight, explained };
}

/** Where a function with one hill is largest. */
function largest(of: (x: number) => number, low: number, high: number): number {
  for (let round = 0; round < 80; round++) {
    const [left, right] = [low + (high - low) / 3, high - (high - low) / 3];
    if (of(left) < of(right)) low = left;
    else high = right;
  }
  return (low + high) / 2;
}
