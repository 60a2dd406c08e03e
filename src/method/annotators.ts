import type { Belief } from './belief.ts';
import type { Opinion } from './clicks.ts';
import { randomnessOf } from './people.ts';
import type { Problem } from './problem.ts';

/** A share of cases, and the interval that holds the true one in 95 of 100 such counts. */
export type Share = { readonly of: number; readonly cases: number; readonly low: number; readonly high: number };

/** What one person's clicks say about them. For those who run the task; never for a ranking. */
export type AnnotatorRecord = {
  readonly annotator: string;
  /** Images the person labeled, of those models disagree on. */
  readonly labels: number;
  /** Of the images somebody else labeled too: on how many all of them said the same. */
  readonly agreement: Share;
  /** Of the own images looked at again: how often the same was said. */
  readonly repeats: Share;
  /** The chance that this person clicks at random; from .5 on, nothing is learned from the clicks. */
  readonly random: number;
};

/** One record a person, in the order of their first click. Cost: answers. */
export function annotatorRecords(problem: Problem, belief: Belief): AnnotatorRecord[] {
  const images = [...belief.answers.values()];
  return Array.from(belief.people.counts.keys(), (annotator) => {
    const seen = images.filter((given) => given.some((one) => one.annotator === annotator));
    const shared = seen.filter((given) => given.some((one) => one.annotator !== annotator));
    const again = seen.filter((given) => given.filter((one) => one.annotator === annotator).length > 1);
    return {
      annotator,
      labels: seen.length,
      agreement: shareOf(shared.filter(isUnanimous).length, shared.length),
      repeats: shareOf(again.filter(isUnanimous).length, again.length),
      random: randomnessOf(problem, belief.people, annotator),
    };
  });
}

/** Of the images that at least two people looked at: on how many they all said the same. */
export function agreementOfPeople({ answers }: Belief): Share {
  const shared = [...answers.values()].filter((given) => new Set(given.map(({ annotator }) => annotator)).size > 1);
  return shareOf(shared.filter(isUnanimous).length, shared.length);
}

function isUnanimous(given: readonly Opinion[]): boolean {
  return given.every(({ slot }) => slot === given[0]!.slot);
}

/** Wilson's score interval: sensible for few cases, and where all or none agree. */
function shareOf(of: number, cases: number): Share {
  if (cases === 0) return { of, cases, low: 0, high: 1 };
  const z = 1.96;
  const center = of / cases + z ** 2 / (2 * cases);
  const reach = z * Math.sqrt(((of / cases) * (1 - of / cases)) / cases + z ** 2 / (4 * cases ** 2));
  const scale = 1 + z ** 2 / cases;
  return { of, cases, low: Math.max(0, (center - reach) / scale), high: Math.min(1, (center + reach) / scale) };
}
