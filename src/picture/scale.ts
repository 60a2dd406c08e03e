import { interval } from './interval.ts';

/** A horizontal axis of shares. */
export type Scale = { readonly ticks: readonly number[]; readonly x: (share: number) => number };

/** An axis from `left` to `right`, just wide enough for every interval, with ticks at round shares. */
export function accuracyScale(
  shares: readonly { readonly accuracy: number; readonly accuracySd: number }[],
  { left, right }: { readonly left: number; readonly right: number },
): Scale {
  const low = Math.min(1, ...shares.map((share) => interval(share).low));
  const high = Math.max(0, ...shares.map((share) => interval(share).high));
  const step = [0.01, 0.02, 0.05, 0.1, 0.25].find((size) => (high - low) / size <= 3) ?? 0.5;
  const first = Math.floor(Math.min(low, high) / step);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, n) => (first + n) * step);
  return { ticks, x: (share) => left + ((share - first * step) / ((last - first) * step)) * (right - left) };
}
