import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { coefficients, type Filter } from '../../../src/predictions/onnx/pixels/coefficients.ts';
import { type Pixels, resample, type Window } from '../../../src/predictions/onnx/pixels/resample.ts';
import { chanceFrom } from '../../../src/simulate/chance.ts';
import { assemble } from './assemble.ts';

const FILTERS: readonly Filter[] = ['bilinear', 'bicubic', 'lanczos', 'box', 'hamming', 'nearest'];

/** One value after the other, as the two passes are defined. */
function resampleSlowly(source: Pixels, size: { width: number; height: number }, window: Window, filter: Filter) {
  const along = (from: number, to: number, offset: number, count: number) => {
    const { table, width } = coefficients(from, to, filter, offset, count);
    return (output: number, valueAt: (place: number) => number) => {
      const [start, taps] = table.subarray(output * width);
      const weights = table.subarray(output * width + 2, output * width + 2 + taps!);
      const sum = weights.reduce((total, weight, k) => total + weight * valueAt(start! + k), 2 ** 21);
      return Math.max(0, Math.min(255, Math.floor(sum / 2 ** 22)));
    };
  };
  const across = along(source.width, size.width, window.left, window.width);
  const down = along(source.height, size.height, window.top, window.height);
  return Uint8Array.from({ length: window.width * window.height * 3 }, (_, at) => {
    const [channel, x, y] = [at % 3, Math.floor(at / 3) % window.width, Math.floor(at / 3 / window.width)];
    return down(y, (row) => across(x, (column) => source.data[(row * source.width + column) * 3 + channel]!));
  });
}

test('every filter gives what its two passes say, value for value, whatever the sizes and the window', () => {
  const chance = chanceFrom(1);
  const upTo = (most: number) => 1 + Math.floor(chance() * most);
  for (let turn = 0; turn < 60; turn++) {
    const [width, height] = [upTo(90), upTo(90)];
    // Black and white beside each other, so that sums overshoot both ends.
    const data = Uint8Array.from({ length: width * height * 3 }, () => (chance() < 0.5 ? 255 : upTo(3) - 1));
    const size = { width: upTo(60), height: upTo(60) };
    const window = { left: 0, top: 0, width: upTo(size.width), height: upTo(size.height) };
    window.left = Math.floor(chance() * (size.width - window.width + 1));
    window.top = Math.floor(chance() * (size.height - window.height + 1));
    const filter = FILTERS[turn % FILTERS.length]!;
    const target = new Uint8Array(window.width * window.height * 3);
    resample({ data, width, height }, size, window, filter, target);
    const expected = resampleSlowly({ data, width, height }, size, window, filter);
    expect(target, JSON.stringify({ filter, width, height, size, window })).toEqual(expected);
  }
});

test('a photo larger than what is taken into memory at once is resized without a seam', () => {
  const [width, height] = [3000, 90];
  const data = Uint8Array.from({ length: width * height * 3 }, (_, at) => (at * 7919) % 256);
  const size = { width: 31, height: 40 };
  const window = { left: 0, top: 0, ...size };
  const target = new Uint8Array(size.width * size.height * 3);
  resample({ data, width, height }, size, window, 'bicubic', target);
  expect(target).toEqual(resampleSlowly({ data, width, height }, size, window, 'bicubic'));
});

test('the inner loops that run are those of the source', async () => {
  const folder = new URL('../../../src/predictions/onnx/pixels/', import.meta.url);
  const committed = await readFile(new URL('resample.wasm', folder));
  const fresh = await assemble(new URL('resample.wat', folder));
  expect(Buffer.compare(committed, fresh), 'run: npm exec -- node scripts/build-pixels.ts').toBe(0);
});
