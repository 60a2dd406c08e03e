import { expect, test } from 'vitest';
import { fromHalf, toHalf } from '../../src/tables/half.ts';

const all = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);

test('every half-precision number is read as Node 24 reads it', () => {
  expect(Float64Array.from(all, fromHalf)).toEqual(Float64Array.from(new Float16Array(all.buffer)));
});

test('float32 becomes the half-precision number that Node 24 makes of it: on each, between each two, and just beside', () => {
  const halves = new Float16Array(all.buffer).filter((value) => Number.isFinite(value)).sort();
  const values = Float32Array.from(
    [...halves].flatMap((value, at) => around((value + (halves[at + 1] ?? value)) / 2, value)),
  );
  const made = Uint16Array.from([...values, Number.POSITIVE_INFINITY, -1e30, 65_519.99, 65_520, Number.NaN], toHalf);
  const wanted = Float16Array.from([...values, Number.POSITIVE_INFINITY, -1e30, 65_519.99, 65_520, Number.NaN]);
  expect(made).toEqual(new Uint16Array(wanted.buffer));
});

function around(middle: number, value: number): number[] {
  const off = Math.abs(middle) * 1e-6;
  return [value, middle - off, middle, middle + off];
}
