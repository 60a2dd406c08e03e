import { ALGEBRA } from './kernel-bytes.ts';
import { instantiate, reserve } from './kernel-code.ts';

/** Vectors that `spread` multiplies side by side. */
const RANKS = 8;

/** What a row in memory is a multiple of: eight numbers. */
const ROW_BYTES = 64;

/** Where the covariance lies. What else an operation needs lies behind it. */
const COVARIANCE = ROW_BYTES;

type Algebra = Record<'spread' | 'reach' | 'shrink', (...places: number[]) => void>;

const memory = new WebAssembly.Memory({ initial: 1 });
const algebra: Algebra = instantiate(ALGEBRA, memory);

/** The covariance that lies in the memory, which serves all beliefs of a thread by turns. Nobody else changes one once made. */
let held: Float64Array | undefined;

/** The non-zero entries of an item's features F (slots x D), in the order in which they are added up. */
export type Features = {
  readonly slots: readonly number[];
  readonly indices: readonly number[];
  readonly values: readonly number[];
};

/** What the answer to an item reaches, for each of its outcomes. */
export type AnswerReach = {
  /** Z = Sigma F' as `rows[slot * stride + index]`, where it lies in the memory: until the next operation of another kind. */
  readonly rows: Float64Array;
  readonly stride: number;
  /** A = F Z as `inner[slot * n + slot]`. */
  readonly inner: Float64Array;
};

/** How far the features of an item with n outcomes reach. Cost: features x D. */
export function reachOf(covariance: Float64Array, size: number, features: Features, n: number): AnswerReach {
  const { slots, indices, values } = features;
  const count = slots.length;
  const places = reachPlaces(size, n, count);
  hold(covariance, places.end);
  const stride = places.stride / 8;
  const rows = doubles(places.reach, n * stride).fill(0);
  new Int32Array(memory.buffer, places.slots, count).set(slots);
  new Int32Array(memory.buffer, places.indices, count).set(indices);
  doubles(places.values, count).set(values);
  algebra.reach(COVARIANCE, size, places.slots, places.indices, places.values, count, places.reach, places.stride);
  const inner = new Float64Array(n * n);
  for (let feature = 0; feature < count; feature++) {
    const [row, index, value] = [slots[feature]! * n, indices[feature]!, values[feature]!];
    for (let k = 0; k < n; k++) inner[row + k]! += value * rows[k * stride + index]!;
  }
  return { rows, stride, inner };
}

/**
 * Sigma - Z G Z', symmetric to the last bit. Cost: n x D^2.
 *
 * @param reach of the same covariance, by the operation before this one.
 * @param gain `gain[row * n + column]`.
 * @param to is written over; it may be the covariance itself.
 */
export function shrink(covariance: Float64Array, reach: AnswerReach, gain: Float64Array, to: Float64Array): void {
  const [size, n] = [Math.sqrt(covariance.length), Math.sqrt(gain.length)];
  const width = n + (n % 2);
  const at = { reach: reach.rows.byteOffset, gain: 0, gained: 0 };
  at.gain = at.reach + 8 * n * reach.stride;
  at.gained = at.gain + 8 * n * width;
  const rows = doubles(at.gain, n * width);
  for (let row = 0; row < n; row++) rows.set(gain.subarray(row * n, (row + 1) * n), row * width);
  algebra.shrink(COVARIANCE, size, at.reach, 8 * reach.stride, at.gain, n, at.gained);
  to.set(doubles(COVARIANCE, to.length));
  held = to;
}

/** A covariance, which is symmetric, times each direction. Cost: D^2 for eight directions at a time. */
export function spreadAll(covariance: Float64Array, directions: readonly Float64Array[]): Float64Array[] {
  const size = Math.sqrt(covariance.length);
  const products = directions.map(() => new Float64Array(size));
  const from = behindCovariance(size);
  const to = from + RANKS * 8 * size;
  hold(covariance, to + RANKS * 8 * (size + 1));
  for (let first = 0; first < directions.length; first += RANKS) {
    const among = doubles(from, RANKS * size).fill(0);
    const count = Math.min(RANKS, directions.length - first);
    for (let rank = 0; rank < count; rank++) {
      const direction = directions[first + rank]!;
      for (let index = 0; index < size; index++) among[index * RANKS + rank] = direction[index]!;
    }
    algebra.spread(COVARIANCE, size, from, to);
    const spread = doubles(to, RANKS * size);
    for (let rank = 0; rank < count; rank++) {
      const product = products[first + rank]!;
      for (let index = 0; index < size; index++) product[index] = spread[index * RANKS + rank]!;
    }
  }
  return products;
}

/** Where the reach of an item, its features and, once that is known, its gain lie. */
function reachPlaces(size: number, n: number, count: number) {
  const stride = roundUp(8 * size);
  const indices = behindCovariance(size);
  const slots = indices + roundUp(4 * count);
  const values = slots + roundUp(4 * count);
  const reach = values + roundUp(8 * count);
  const end = reach + n * stride + 8 * (n + 1) * (n + 2);
  return { indices, slots, values, reach, stride, end };
}

/** Behind it there is room for one row more, as algebra.wat needs it. */
function behindCovariance(size: number): number {
  return roundUp(COVARIANCE + 8 * size * (size + 1) + ROW_BYTES);
}

function roundUp(bytes: number): number {
  return ROW_BYTES * Math.ceil(bytes / ROW_BYTES);
}

/** Brings a covariance into the memory, unless it lies there, and makes room up to an end. */
function hold(covariance: Float64Array, end: number): void {
  reserve(memory, end);
  if (held === covariance) return;
  doubles(COVARIANCE, covariance.length).set(covariance);
  held = covariance;
}

function doubles(place: number, length: number): Float64Array {
  return new Float64Array(memory.buffer, place, length);
}
