/** The filters of Pillow that image models are trained with: antialiased, but for `nearest`. */
export type Filter = 'bilinear' | 'bicubic' | 'lanczos' | 'box' | 'hamming' | 'nearest';

/**
 * What each output position is made of: `table[output * width]` is the first source position, the next number how many
 * follow each other, and then come their weights in fixed point.
 */
export type Coefficients = { readonly table: Int32Array; readonly width: number };

/** Fixed-point bits of a weight: 32 less 8 for the pixel less 2 for sums that overshoot, as in Pillow. */
const PRECISION = 32 - 8 - 2;

const FILTERS: Record<Exclude<Filter, 'nearest'>, { support: number; weigh: (x: number) => number }> = {
  box: { support: 0.5, weigh: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weigh: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: { support: 1, weigh: weighHamming },
  bicubic: { support: 2, weigh: (x) => weighCubic(Math.abs(x)) },
  lanczos: { support: 3, weigh: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/**
 * Of `count` output positions from `offset` on, when `from` pixels become `to`: the very numbers that Pillow computes.
 *
 * @see https://github.com/python-pillow/Pillow/blob/main/src/libImaging/Resample.c
 */
export function coefficients(from: number, to: number, filter: Filter, offset: number, count: number): Coefficients {
  if (filter === 'nearest') return nearest(from, to, offset, count);
  const { support: reach, weigh } = FILTERS[filter];
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const support = reach * stretch;
  const width = 2 + Math.ceil(support) * 2 + 1;
  const table = new Int32Array(count * width);
  const weights = new Float64Array(width);
  for (let index = 0; index < count; index++) {
    const center = (index + offset + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const length = Math.min(from, Math.trunc(center + support + 0.5)) - start;
    let sum = 0;
    for (let k = 0; k < length; k++) {
      weights[k] = weigh((start + k - center + 0.5) * (1 / stretch));
      sum += weights[k]!;
    }
    table[index * width] = start;
    table[index * width + 1] = length;
    for (let k = 0; k < length; k++) {
      const exact = (sum === 0 ? weights[k]! : weights[k]! / sum) * (1 << PRECISION);
      table[index * width + 2 + k] = Math.trunc(exact + (exact < 0 ? -0.5 : 0.5));
    }
  }
  return { table, width };
}

/** One pixel each, the places added up one by one, as Pillow does. */
function nearest(from: number, to: number, offset: number, count: number): Coefficients {
  const table = new Int32Array(count * 3);
  let place = (from / to) * 0.5;
  for (let index = 0; index < offset + count; index++) {
    if (index >= offset) table.set([Math.trunc(place), 1, 1 << PRECISION], (index - offset) * 3);
    place += from / to;
  }
  return { table, width: 3 };
}

function weighCubic(x: number): number {
  const a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

function weighHamming(x: number): number {
  const distance = Math.abs(x);
  if (distance === 0) return 1;
  if (distance >= 1) return 0;
  return (Math.sin(distance * Math.PI) / (distance * Math.PI)) * (0.54 + 0.46 * Math.cos(distance * Math.PI));
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}
