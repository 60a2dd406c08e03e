import { expect, test } from 'vitest';
import type { Framing } from '../../../src/predictions/onnx/describe/model-spec.ts';
import { render } from '../../../src/predictions/onnx/pixels/images.ts';

/** The columns of an image as wide as this that a cut of 24 × 24 keeps, its height of 32 unchanged: the first one. */
function firstColumn(width: number, cropStart: Framing['cropStart']): number {
  const data = Uint8Array.from({ length: width * 32 * 3 }, (_, at) => Math.floor(at / 3) % width);
  const cut = { width: 24, height: 24, shortestEdge: 32, stretchedTo: [24, 24] as const, cropStart };
  const target = new Uint8Array(24 * 24 * 3);
  render({ data, width, height: 32 }, { ...cut, filter: 'bilinear', upright: false }, target);
  return target[0]!;
}

test('Hugging Face rounds the place of a cut down, torchvision to the even pixel', () => {
  // (43 - 24) / 2 = 9.5 and (45 - 24) / 2 = 10.5
  expect([43, 45].map((width) => firstColumn(width, 'floor'))).toEqual([9, 10]);
  expect([43, 45].map((width) => firstColumn(width, 'even'))).toEqual([10, 10]);
});
