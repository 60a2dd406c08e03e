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

/** Half the width of an estimated share's 95 % interval: "± 3.1 points". */
export function plusMinus(sd: number): string {
  return `±\u00a0${points(1.96 * sd, 1)}`;
}

/** A difference of shares: "1 point", "0.5 points". */
export function points(difference: number, digits = 2): string {
  const value = Number((difference * 100).toFixed(digits));
  return `${value} ${value === 1 ? 'point' : 'points'}`;
}

/** "1 label", "12 labels". */
export function count(n: number, noun: string): string {
  return `${n} ${n === 1 ? noun : `${noun}s`}`;
}
