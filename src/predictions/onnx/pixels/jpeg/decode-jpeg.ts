import { readFileSync } from 'node:fs';
import { CONSTANT_BYTES, keep, memory, reserve } from '../kernel-memory.ts';
import type { Pixels } from '../resample.ts';
import { TABLE_BYTES, writeTable } from './huffman.ts';
import { type Codes, type Component, type JpegFile, jpegFile } from './jpeg-file.ts';

/** Larger ones take longer than whoever waits for this thread should, and another decoder's start is little beside them. */
const PIXELS_MAX = 1_000_000;

/** Where the factors of a block lie in the order of the file, from its first row on. */
// biome-ignore format: a table
const ZIGZAG = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/** With as many as a value may lie behind the last, which then count for nothing. */
const FACTOR_BYTES = 4 * (64 + 16);

const BLOCK_BYTES = 32;

const SCRATCH_BYTES = 272;

/** What is read beyond the stream's end before that is noticed: the blocks of a unit, of 64 values with 31 bits each. */
const OVERRUN_BYTES = 6 * 64 * 4;

/** Before and behind each row of a plane. */
const MARGIN = 16;

const kernel = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(new URL('./jpeg.wasm', import.meta.url))), {
  jpeg: { memory },
}).exports as {
  scan(source: number, end: number, rows: number, columns: number, ...rest: [number, number, number]): number;
  widen(near: number, far: number, even: number, odd: number, target: number, end: number): void;
  colors(light: number, blue: number, red: number, target: number, end: number): void;
};

/** A component's values in memory: row after row, from `at`. */
type Plane = { readonly at: number; readonly stride: number; readonly rows: number; readonly columns: number };

/**
 * The pixels of a JPEG of the usual kind (jpeg-file.ts) of up to a million pixels that is whole in every way, with the very bytes
 * that libjpeg-turbo, and so sharp and Pillow, give; `undefined` of any other, whatever is wrong or odd about it. They lie in memory
 * that the next one uses.
 */
export function decodeJpeg(bytes: Buffer): Pixels | undefined {
  const file = jpegFile(bytes);
  if (!file || file.width * file.height > PIXELS_MAX) return undefined;
  const { width, height, components } = file;
  // Smaller ones are not smoothed.
  if (components[0]!.across === 2 && width <= 4) return undefined;
  const places = placesOf(file, bytes.length);
  // With the tables, which may serve the next.
  keep(places.stream);
  const end = copyStream(bytes, file.streamAt, places.stream);
  if (end === undefined || !writeTables(file, places)) return undefined;
  writeBlocks(file, places);
  const [rows, columns] = [
    Math.ceil(height / (8 * components[0]!.down)),
    Math.ceil(width / (8 * components[0]!.across)),
  ];
  const count = components.reduce((sum, { across, down }) => sum + across * down, 0);
  if (kernel.scan(places.stream, end, rows, columns, places.blocks, count, places.scratch) !== 1) return undefined;
  paint(file, places);
  return {
    place: places.pixels,
    width,
    height,
    // As memory grows, what was a view of it becomes empty.
    get data() {
      return new Uint8Array(memory.buffer, places.pixels, width * height * 3);
    },
  };
}

/** Where everything lies in memory. Of tables and factors there are four of a kind, by number. */
type JpegPlaces = {
  readonly firsts: number;
  readonly others: number;
  readonly factors: number;
  readonly blocks: number;
  readonly previous: number;
  readonly scratch: number;
  readonly planes: readonly Plane[];
  /** Two rows of differences of color. */
  readonly blue: number;
  readonly red: number;
  readonly pixels: number;
  readonly stream: number;
};

function placesOf(file: JpegFile, bytes: number): JpegPlaces {
  let end = CONSTANT_BYTES;
  const take = (size: number) => {
    const place = end;
    end += 16 * Math.ceil(size / 16);
    return place;
  };
  const { width, height, components } = file;
  const { across, down } = components[0]!;
  const [units, rows] = [Math.ceil(width / (8 * across)), Math.ceil(height / (8 * down))];
  const planeOf = (component: Component): Plane => {
    const stride = 8 * units * component.across + 2 * MARGIN;
    return {
      at: take(8 * rows * component.down * stride) + MARGIN,
      stride,
      rows: Math.ceil((height * component.down) / down),
      columns: Math.ceil((width * component.across) / across),
    };
  };
  const places = {
    firsts: take(4 * TABLE_BYTES),
    others: take(4 * TABLE_BYTES),
    factors: take(4 * FACTOR_BYTES),
    blocks: take(6 * BLOCK_BYTES),
    previous: take(4 * components.length),
    scratch: take(SCRATCH_BYTES),
    planes: components.map(planeOf),
    blue: take(width + MARGIN),
    red: take(width + MARGIN),
    pixels: take(3 * (width * height + MARGIN)),
    stream: take(bytes + OVERRUN_BYTES),
  };
  reserve(end);
  return places;
}

/** Copies the stream without the zeros that follow each 255 of it, up to the end of the image; gives where it ends. */
function copyStream(bytes: Buffer, from: number, place: number): number | undefined {
  const all = new Uint8Array(memory.buffer);
  let to = place;
  for (let start = from; ; ) {
    const at = bytes.indexOf(0xff, start);
    const next = bytes[at + 1];
    const isValue = next === 0;
    if (at < 0 || !(isValue || next === 0xd9)) return undefined;
    const piece = bytes.subarray(start, isValue ? at + 1 : at);
    all.set(piece, to);
    to += piece.length;
    if (!isValue) return to;
    start = at + 2;
  }
}

function writeTables(file: JpegFile, { firsts, others, factors }: JpegPlaces): boolean {
  const view = new DataView(memory.buffer);
  for (const [number, table] of file.quantizations.entries()) {
    const place = factors + number * FACTOR_BYTES;
    for (let nth = 0; table && nth < FACTOR_BYTES / 4; nth++)
      view.setInt32(place + 4 * nth, nth < 64 ? (table[nth]! << 16) | (2 * ZIGZAG[nth]!) : 2 * 64, true);
  }
  const isSmall = file.firsts.every((codes) => !codes || codes.symbols.every((size) => size <= 11));
  return (
    isSmall &&
    file.firsts.every((codes, number) => !codes || writeOnce(codes, view, firsts + number * TABLE_BYTES)) &&
    file.others.every((codes, number) => !codes || writeOnce(codes, view, others + number * TABLE_BYTES))
  );
}

/** The codes whose tables lie in memory, by place: those of most photos are the same. */
const written = new Map<number, Codes>();

function writeOnce(codes: Codes, view: DataView, place: number): boolean {
  const { counts, symbols } = codes;
  const before = written.get(place);
  if (before && !Buffer.compare(before.counts, counts) && !Buffer.compare(before.symbols, symbols)) return true;
  written.delete(place);
  if (!writeTable(codes, view, place)) return false;
  // Copies, or the whole file would stay.
  written.set(place, { counts: Uint8Array.from(counts), symbols: Uint8Array.from(symbols) });
  return true;
}

/** What `scan` in jpeg.wat wants to know of each block of a unit. */
function writeBlocks({ components }: JpegFile, places: JpegPlaces): void {
  let at = places.blocks;
  for (const [index, { across, down, quantization, first, others }] of components.entries()) {
    const { at: plane, stride } = places.planes[index]!;
    const previous = places.previous + 4 * index;
    new Int32Array(memory.buffer, previous, 1).fill(0);
    for (let block = 0; block < across * down; block++) {
      new Int32Array(memory.buffer, at, BLOCK_BYTES / 4).set([
        places.firsts + first * TABLE_BYTES,
        places.others + others * TABLE_BYTES,
        places.factors + quantization * FACTOR_BYTES,
        previous,
        plane + 8 * Math.floor(block / across) * stride + 8 * (block % across),
        stride,
        8 * across,
        8 * down * stride - (stride - 2 * MARGIN),
      ]);
      at += BLOCK_BYTES;
    }
  }
}

/** From values to pixels, row by row. */
function paint({ width, height, components }: JpegFile, { planes, blue, red, pixels }: JpegPlaces): void {
  const [light, ...colors] = planes as [Plane, ...Plane[]];
  const { across, down } = components[0]!;
  // Gray is what differs in no color.
  if (colors.length === 0) new Uint8Array(memory.buffer).fill(128, blue, red + width + MARGIN);
  if (across === 2) for (const plane of colors) repeatEdges(plane);
  for (let y = 0; y < height; y++) {
    const rowsAt = colors.map((plane, index) => {
      if (across === 1) return plane.at + y * plane.stride;
      const target = index === 0 ? blue : red;
      const near = Math.floor(y / down);
      const far = down === 1 ? near : Math.max(0, Math.min(plane.rows - 1, near + (y % 2 === 0 ? -1 : 1)));
      const [even, odd] = down === 1 ? [4, 8] : [8, 7];
      const [nearAt, farAt] = [plane.at - 1 + near * plane.stride, plane.at - 1 + far * plane.stride];
      kernel.widen(nearAt, farAt, even!, odd!, target, target + width);
      return target;
    });
    const row = pixels + 3 * y * width;
    kernel.colors(light.at + y * light.stride, rowsAt[0] ?? blue, rowsAt[1] ?? red, row, row + 3 * width);
  }
}

function repeatEdges({ at, stride, rows, columns }: Plane): void {
  const all = new Uint8Array(memory.buffer);
  for (let row = at; row < at + rows * stride; row += stride) {
    all[row - 1] = all[row]!;
    all[row + columns] = all[row + columns - 1]!;
  }
}
