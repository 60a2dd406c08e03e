/** The filters of Pillow that image models are trained with: antialiased, but for `nearest`. */
export type Filter = 'bilinear' | 'bicubic' | 'lanczos' | 'box' | 'hamming' | 'nearest';

/** An image in memory: `data[(y * width + x) * 3 + channel]`, RGB, 0 to 255. */
export type Pixels = { data: Uint8Array; width: number; height: number };

/** Where a window of the resized image lies: the crop is cut while resizing, so no pixel outside it is computed. */
export type Window = { left: number; top: number; width: number; height: number };

/**
 * Resizes `source` to `width` × `height` and writes the part under `window` to `target` (height × width × 3), with the
 * very bytes that Pillow's `Image.resize` gives: the same filter coefficients, the same 8-bit fixed point, the
 * horizontal pass first and rounded to bytes before the vertical one.
 *
 * @see https://github.com/python-pillow/Pillow/blob/main/src/libImaging/Resample.c
 */
export function resample(
  source: Pixels,
  size: { width: number; height: number },
  window: Window,
  filter: Filter,
  target: Uint8Array,
): void {
  const columns = coefficients(source.width, size.width, filter, window.left, window.width);
  const rows = coefficients(source.height, size.height, filter, window.top, window.height);
  const firstRow = rows.starts[0]!;
  const lastRow = rows.starts[window.height - 1]! + rows.counts[window.height - 1]!;
  const stride = window.width * 3;
  const between = scratch(stride * (lastRow - firstRow));
  // Pillow skips a pass that would change nothing; its rounding is exact there, so the bytes are the same either way.
  horizontal(source, columns, firstRow, lastRow, between);
  vertical(between, stride, rows, firstRow, target);
}

function horizontal(source: Pixels, columns: Coefficients, firstRow: number, lastRow: number, out: Uint8ClampedArray) {
  const { starts, counts, weights, width: kernel } = columns;
  const { data } = source;
  const outWidth = starts.length;
  let to = 0;
  for (let y = firstRow; y < lastRow; y++) {
    const line = y * source.width * 3;
    for (let x = 0; x < outWidth; x++) {
      let red = HALF;
      let green = HALF;
      let blue = HALF;
      let from = line + starts[x]! * 3;
      const first = x * kernel;
      const last = first + counts[x]!;
      for (let at = first; at < last; at++) {
        const weight = weights[at]!;
        red = (red + Math.imul(data[from]!, weight)) | 0;
        green = (green + Math.imul(data[from + 1]!, weight)) | 0;
        blue = (blue + Math.imul(data[from + 2]!, weight)) | 0;
        from += 3;
      }
      out[to] = red >> PRECISION;
      out[to + 1] = green >> PRECISION;
      out[to + 2] = blue >> PRECISION;
      to += 3;
    }
  }
}

function vertical(lines: Uint8ClampedArray, stride: number, rows: Coefficients, firstRow: number, out: Uint8Array) {
  const { starts, counts, weights, width: kernel } = rows;
  const sums = new Int32Array(stride);
  for (let y = 0; y < starts.length; y++) {
    sums.fill(HALF);
    for (let k = 0; k < counts[y]!; k++) {
      const weight = weights[y * kernel + k]!;
      const from = (starts[y]! - firstRow + k) * stride;
      for (let x = 0; x < stride; x++) sums[x] = (sums[x]! + Math.imul(lines[from + x]!, weight)) | 0;
    }
    const to = y * stride;
    for (let x = 0; x < stride; x++) {
      const value = sums[x]! >> PRECISION;
      out[to + x] = Math.max(0, Math.min(255, value));
    }
  }
}

/** Fixed-point bits of a coefficient: 32 less 8 for the pixel less 2 for sums that overshoot, as in Pillow. */
const PRECISION = 32 - 8 - 2;
const HALF = 1 << (PRECISION - 1);

/** For each output position: the first source position, how many, and their weights (`weights[output * width + k]`). */
type Coefficients = { starts: Int32Array; counts: Int32Array; weights: Int32Array; width: number };

const FILTERS: Record<Exclude<Filter, 'nearest'>, { support: number; weigh: (x: number) => number }> = {
  box: { support: 0.5, weigh: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weigh: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: { support: 1, weigh: weighHamming },
  bicubic: { support: 2, weigh: (x) => weighCubic(Math.abs(x)) },
  lanczos: { support: 3, weigh: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

function coefficients(from: number, to: number, filter: Filter, offset: number, count: number): Coefficients {
  if (filter === 'nearest') return nearest(from, to, offset, count);
  const { support: reach, weigh } = FILTERS[filter];
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const support = reach * stretch;
  const width = Math.ceil(support) * 2 + 1;
  const result = {
    starts: new Int32Array(count),
    counts: new Int32Array(count),
    weights: new Int32Array(count * width),
    width,
  };
  for (let index = 0; index < count; index++) {
    const center = (index + offset + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const end = Math.min(from, Math.trunc(center + support + 0.5));
    const weights: number[] = [];
    let sum = 0;
    for (let x = start; x < end; x++) {
      const weight = weigh((x - center + 0.5) * (1 / stretch));
      weights.push(weight);
      sum += weight;
    }
    for (const [k, weight] of weights.entries()) {
      const exact = (sum === 0 ? weight : weight / sum) * (1 << PRECISION);
      result.weights[index * width + k] = Math.trunc(exact + (exact < 0 ? -0.5 : 0.5));
    }
    result.starts[index] = start;
    result.counts[index] = end - start;
  }
  return result;
}

/** One pixel each, the places added up one by one, as Pillow does. */
function nearest(from: number, to: number, offset: number, count: number): Coefficients {
  const starts = new Int32Array(count);
  let place = (from / to) * 0.5;
  for (let index = 0; index < offset + count; index++) {
    if (index >= offset) starts[index - offset] = Math.trunc(place);
    place += from / to;
  }
  const one = 1 << PRECISION;
  return { starts, counts: new Int32Array(count).fill(1), weights: new Int32Array(count).fill(one), width: 1 };
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

let buffer = new Uint8ClampedArray(0);

/** One buffer for every call: the rows between the passes are needed only until the second pass has run. */
function scratch(length: number): Uint8ClampedArray {
  if (buffer.length < length) buffer = new Uint8ClampedArray(length);
  return buffer;
}
