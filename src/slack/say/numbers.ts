import { interval } from '../../picture/interval.ts';

/** Numbers as people read them; a sign never wraps away from its number. */
const percent = '\u00a0%';

/** A probability, rounded down so that it never claims more than is known: "95 %", "more than 99 %". */
export function chance(probability: number): string {
  if (probability > 0.99) return `more than 99${percent}`;
  if (probability < 0.01) return `less than 1${percent}`;
  return `${Math.floor(probability * 100 + 1e-9)}${percent}`;
}

/** A share of the images: "87.2 %". */
export function share(value: number): string {
  return `${Number((value * 100).toFixed(1))}${percent}`;
}

/** Below this many labels the order of the models and their accuracies are mostly the models' own votes. */
export const labelsToRank = 10;

/** Whether the share said of a winner is more than that: by labels, or by images drawn at random. */
export function isShareKnown(won: {
  readonly result: { readonly labels: number };
  readonly measured?: object;
}): boolean {
  return won.result.labels >= labelsToRank || won.measured !== undefined;
}

/** An estimated share with its standard deviation. */
type Estimate = Parameters<typeof interval>[0];

/** An estimated share, as finely as it is known: "87 %", or "87.2 %" where its interval is at most two points wide. */
export function estimate(known: Estimate): string {
  return `${(100 * known.accuracy).toFixed(digitsOf(known))}${percent}`;
}

/** Its 95 % interval: "between 58 and 100 %". */
export function range(known: Estimate): string {
  const { low, high } = interval(known);
  const [from, to] = [low, high].map((end) => Number((100 * end).toFixed(digitsOf(known))));
  return from === to ? `about ${from}${percent}` : `between ${from} and ${to}${percent}`;
}

/** A decimal means something only where both ends are near. */
function digitsOf(known: Estimate): 0 | 1 {
  const { low, high } = interval(known);
  return high - low <= 0.02 ? 1 : 0;
}

/** A difference of shares: "1 point", "0.5 points". */
export function points(difference: number, digits = 2): string {
  const value = Number((difference * 100).toFixed(digits));
  return `${value} ${value === 1 ? 'point' : 'points'}`;
}

/** A number that is only roughly known, as people would say it: 7, 25, 140. */
export function roughly(n: number): number {
  const step = n < 10 ? 1 : n < 50 ? 5 : n < 200 ? 10 : 50;
  return Math.max(1, step * Math.round(n / step));
}

/** "1 label", "12 labels", "3 batches". */
export function count(n: number, noun: string, nouns = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : nouns}`;
}
