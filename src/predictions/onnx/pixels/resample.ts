import { readFileSync } from 'node:fs';
import { type Coefficients, coefficients, type Filter } from './coefficients.ts';
import { layOut, memory } from './kernel-memory.ts';

/** An image in memory: `data[(y * width + x) * 3 + channel]`, RGB, 0 to 255. */
export type Pixels = {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Where in the kernel's memory it lies, if it does. */
  readonly place?: number;
};

/** Where a window of the resized image lies: the crop is cut while resizing, so no pixel outside it is computed. */
export type Window = { left: number; top: number; width: number; height: number };

/** Source rows are taken into the kernel's memory by parts that stay in the processor's cache. */
const PART_BYTES = 128e3;

/** The inner loops of both passes, four numbers at once. Their source is resample.wat. */
const kernel = new WebAssembly.Instance(
  new WebAssembly.Module(readFileSync(new URL('./resample.wasm', import.meta.url))),
  { resample: { memory } },
).exports as {
  horizontal(source: number, stride: number, fours: number, ...table: [number, number, number, number, number]): void;
  vertical(source: number, stride: number, weights: number, pairs: number, target: number): void;
  lookUp(source: number, count: number, table: number, target: number): void;
};

/**
 * Resizes `source` to `width` × `height` and writes the part under `window` to `target` (height × width × 3), with the
 * very bytes that Pillow's `Image.resize` gives: the same filter coefficients, the same 8-bit fixed point, the
 * horizontal pass first and rounded to bytes before the vertical one.
 */
export function resample(
  source: Pixels,
  size: { width: number; height: number },
  window: Window,
  filter: Filter,
  target: Uint8Array,
): void {
  const columns = weightsFor(source.width, size.width, filter, window.left, window.width);
  const rows = weightsFor(source.height, size.height, filter, window.top, window.height);
  const first = rows.table[0]!;
  const stride = window.width * 3;
  // A row's last pixel is written with a byte more.
  const betweenStride = 16 * Math.ceil((stride + 1) / 16);
  const partRows = 4 * Math.max(1, Math.floor(PART_BYTES / (source.width * 12)));
  const [columnsAt, rowsAt, partAt, betweenAt, targetAt] = layOut(
    columns.table.byteLength,
    rows.table.byteLength,
    source.place === undefined ? partRows * source.width * 3 : 0,
    (rows.end - first + 4) * betweenStride,
    window.height * stride,
  ) as [number, number, number, number, number];
  put(columns, columnsAt);
  put(rows, rowsAt);
  // Pillow skips a pass that would change nothing; its rounding is exact there, so the bytes are the same either way.
  for (let row = first; row < rows.end; row += partRows) {
    const count = Math.min(partRows, rows.end - row);
    const from =
      source.place === undefined ? putRows(source, row, count, partAt) : source.place + row * source.width * 3;
    const to = betweenAt + (row - first) * betweenStride;
    const fours = Math.ceil(count / 4);
    kernel.horizontal(from, source.width * 3, fours, columnsAt, columns.width, window.width, to, betweenStride);
  }
  for (let y = 0; y < window.height; y++) {
    const [start, pairs] = [rows.table[y * rows.width]!, rows.table[y * rows.width + 1]!];
    const weightsAt = rowsAt + (y * rows.width + 2) * 4;
    kernel.vertical(
      betweenAt + (start - first) * betweenStride,
      betweenStride,
      weightsAt,
      pairs,
      targetAt + y * stride,
    );
  }
  target.set(new Uint8Array(memory.buffer, targetAt, window.height * stride));
}

/**
 * Writes plane after plane of an image (height × width × 3) to `target`: the values that `table` (256 a plane) has for the channel that
 * the plane is of.
 */
export function lookUp(
  pixels: Uint8Array,
  channels: readonly number[],
  table: Float32Array,
  target: Float32Array,
): void {
  const [pixelsAt, tableAt, targetAt] = layOut(pixels.length, table.byteLength, target.byteLength) as [
    number,
    number,
    number,
  ];
  new Uint8Array(memory.buffer).set(pixels, pixelsAt);
  new Float32Array(memory.buffer, tableAt, table.length).set(table);
  const area = pixels.length / 3;
  for (const [plane, channel] of channels.entries())
    kernel.lookUp(pixelsAt + channel, area, tableAt + 1024 * plane, targetAt + 4 * area * plane);
  target.set(new Float32Array(memory.buffer, targetAt, target.length));
}

/** For each output position the first source position, how many pairs follow, and their weights as the kernel wants them. */
type Weights = Coefficients & {
  /** Behind the last source position. */
  readonly end: number;
};

/** Of the sizes before, since photos of a batch are often alike. */
const lastWeights = new Map<string, Weights>();
const LAST_MAX = 16;

function weightsFor(...sizes: Parameters<typeof coefficients>): Weights {
  const key = sizes.join();
  const known = lastWeights.get(key) ?? inPairs(coefficients(...sizes));
  if (lastWeights.size >= LAST_MAX) lastWeights.clear();
  lastWeights.set(key, known);
  return known;
}

/** A weight's 2,048ths and the rest are numbers of 16 bits; those of two neighbors lie side by side. */
function inPairs({ table, width }: Coefficients): Weights {
  const pairsWidth = width + (width % 2);
  const count = table.length / width;
  const pairs = new Int32Array(count * pairsWidth);
  let end = 0;
  for (let index = 0; index < count; index++) {
    const [start, taps] = [table[index * width]!, table[index * width + 1]!];
    const weightOf = (tap: number) => (tap < taps ? table[index * width + 2 + tap]! : 0);
    let at = index * pairsWidth;
    pairs[at++] = start;
    pairs[at++] = Math.ceil(taps / 2);
    for (let tap = 0; tap < taps; tap += 2) {
      pairs[at++] = ((weightOf(tap) >> 11) & 0xffff) | ((weightOf(tap + 1) >> 11) << 16);
      pairs[at++] = (weightOf(tap) & 0x7ff) | ((weightOf(tap + 1) & 0x7ff) << 16);
    }
    end = start + taps;
  }
  return { table: pairs, width: pairsWidth, end };
}

/** Gives where they lie then. */
function putRows({ data, width }: Pixels, first: number, count: number, place: number): number {
  new Uint8Array(memory.buffer).set(data.subarray(first * width * 3, (first + count) * width * 3), place);
  return place;
}

function put({ table }: Coefficients, place: number): void {
  new Int32Array(memory.buffer, place, table.length).set(table);
}
