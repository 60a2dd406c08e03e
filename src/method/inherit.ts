import type { Belief } from './belief.ts';
import { INHERITANCE } from './constants.ts';
import { type Gaussian, priorGaussian } from './gaussian.ts';
import type { Inherited } from './inherited.ts';
import { WEIGHTS } from './layout.ts';
import { type PeopleBelief, unknownPeople } from './people.ts';
import type { Problem } from './problem.ts';
import { type Names, sourcesOf } from './same-parameters.ts';
import { inverse } from './solve.ts';

/** What an earlier day's labels taught, and of which models and classes. */
export type Yesterday = {
  readonly problem: Problem;
  readonly belief: Belief;
  readonly names: Names;
  /** Whether what was learned of each person is taken over as well. */
  readonly persons?: boolean;
  /** What its evidence counts; as in earlier versions where that is not said. */
  readonly share?: number;
};

/**
 * What today takes over from yesterday: its evidence counts a share of what it did. Models are matched by what they are, so
 * that a new or changed one starts as an average one; classes by name. Cost: parameters cubed.
 *
 * @see J. G. Ibrahim, M.-H. Chen, Power Prior Distributions for Regression Models, Statistical Science 15 (2000)
 */
export function inherit(problem: Problem, names: Names, yesterday: Yesterday): Inherited {
  const nothing = priorGaussian(problem);
  const evidence = evidenceOf(problem, names, yesterday);
  const { odds } = yesterday.persons ? remembered(problem, yesterday.belief.people) : unknownPeople(problem);
  if (!evidence) return { weights: [{ weights: nothing, chance: 1 }], people: unknownPeople(problem).weights, odds };
  const { shareBefore, chance, people } = INHERITANCE;
  const something = withEvidence(problem, nothing, evidence, yesterday.share ?? shareBefore);
  const weights = [
    { weights: something, chance },
    { weights: nothing, chance: 1 - chance },
  ];
  return { weights, people: tempered(problem, yesterday.belief.people.weights, people), odds };
}

/** Evidence about some of today's parameters: what it adds to their precision, and to precision times mean. */
type GaussianEvidence = { readonly places: Int32Array; readonly precision: Float64Array; readonly pull: Float64Array };

/** What yesterday's answers said beyond what was believed before any, of the parameters that both days have. */
function evidenceOf(problem: Problem, names: Names, yesterday: Yesterday): GaussianEvidence | undefined {
  const from = sourcesOf({ problem, names }, yesterday);
  const places = Int32Array.from(from.keys()).filter((place) => from[place]! >= 0);
  const size = places.length;
  if (size <= WEIGHTS) return undefined;
  const { mean, covariance } = yesterday.belief.weights;
  const before = priorGaussian(yesterday.problem);
  const taken = Float64Array.from({ length: size * size }, (_, entry) => {
    const row = from[places[Math.floor(entry / size)]!]!;
    return covariance[row * mean.length + from[places[entry % size]!]!]!;
  });
  const precision = inverse(taken, size);
  const pull = new Float64Array(size);
  for (let row = 0; row < size; row++) {
    const source = from[places[row]!]!;
    for (let column = 0; column < size; column++) {
      pull[row]! += precision[row * size + column]! * mean[from[places[column]!]!]!;
    }
    const priorPrecision = 1 / before.covariance[source * mean.length + source]!;
    precision[row * size + row]! -= priorPrecision;
    pull[row]! -= priorPrecision * before.mean[source]!;
  }
  return { places, precision, pull };
}

/** Today's belief before any answer, with a share of the evidence. */
function withEvidence(
  problem: Problem,
  { mean, covariance }: Gaussian,
  { places, precision, pull }: GaussianEvidence,
  share: number,
): Gaussian {
  const count = places.length;
  const total = precision.map((entry) => share * entry);
  const target = pull.map((entry) => share * entry);
  for (const [row, place] of places.entries()) {
    const own = 1 / covariance[place * mean.length + place]!;
    total[row * count + row]! += own;
    target[row]! += own * mean[place]!;
  }
  const learned = inverse(total, count);
  const weights = { mean: mean.slice(), covariance: covariance.slice() };
  for (const [row, place] of places.entries()) {
    weights.mean[place] = 0;
    for (const [column, other] of places.entries()) {
      // Both halves alike, to the bit.
      const entry = learned[Math.max(row, column) * count + Math.min(row, column)]!;
      weights.covariance[place * mean.length + other] = entry;
      weights.mean[place]! += entry * target[column]!;
    }
  }
  averageNewModels(problem, places, weights.mean);
  return weights;
}

/** A model that nobody knows yet votes like an average one. */
function averageNewModels({ kept }: Problem, places: Int32Array, mean: Float64Array): void {
  const isModel = (place: number) => place >= WEIGHTS && place < WEIGHTS + kept.length;
  const known = places.filter(isModel);
  if (known.length === 0) return;
  const average = known.reduce((sum, place) => sum + mean[place]!, 0) / known.length;
  for (let model = 0; model < kept.length; model++) {
    if (!known.includes(WEIGHTS + model)) mean[WEIGHTS + model] = average;
  }
}

/** What people's clicks of yesterday said of how they err counts a share too. */
function tempered(problem: Problem, learned: Float64Array, share: number): Float64Array {
  const before = unknownPeople(problem).weights;
  const mixed = before.map((weight, place) => weight ** (1 - share) * (learned[place] ?? weight) ** share);
  const total = mixed.reduce((sum, weight) => sum + weight, 0);
  return mixed.map((weight) => weight / total);
}

/**
 * What was learned of each person counts a share. It is held within bounds, so that whoever was careful for weeks is found
 * out as soon as they click at random, and whoever did is heard again after a handful of sensible clicks.
 */
function remembered({ assumptions }: Problem, { odds }: PeopleBelief): { odds: Map<string, number> } {
  const usual = Math.log(assumptions.randomPerson / (1 - assumptions.randomPerson));
  const { people: share, trustMost, doubtMost } = INHERITANCE;
  return {
    odds: new Map(
      Array.from(odds, ([annotator, learned]) => {
        const kept = usual + share * (learned - usual);
        return [annotator, Math.min(Math.max(kept, usual - trustMost), doubtMost)];
      }),
    ),
  };
}
