import { expect, test } from 'vitest';
import { inputWriter } from '../../../src/predictions/onnx/pixels/input-writer.ts';

const [width, height] = [7, 5];
const [scale, mean, std] = [1 / 255, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]];
const framing = {
  ...{ width, height, shortestEdge: 0, filter: 'bilinear' as const, cropStart: 'floor' as const, upright: false },
  stretchedTo: [width, height] as [number, number],
};

test.each([
  ['NCHW', 'RGB'],
  ['NCHW', 'BGR'],
  ['NHWC', 'RGB'],
  ['NHWC', 'BGR'],
] as const)('each value of an input of %s and %s is its pixel’s, normalized', (layout, channels) => {
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, at) => (at * 37) % 256);
  const to = new Float32Array(new SharedArrayBuffer(4 * pixels.length));
  const format = { framing, elementType: 'float32', channelCount: 3, channels, layout, scale, mean, std } as const;
  inputWriter(format)(pixels, to);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      const value = pixels[3 * pixel + (channels === 'BGR' ? 2 - channel : channel)]!;
      const at = layout === 'NCHW' ? channel * width * height + pixel : 3 * pixel + channel;
      expect(to[at]).toBe(Math.fround((value * scale - mean[channel]!) / std[channel]!));
    }
  }
});
