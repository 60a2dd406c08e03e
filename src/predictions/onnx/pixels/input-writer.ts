import { toHalf } from '../../../tables/half.ts';
import type { InputFormat, Numbers } from '../run/model-input.ts';
import { lookUp } from './resample.ts';

/**
 * Makes what turns the 8-bit RGB pixels of an image (height × width × 3) into its input, by a table of 256 values a channel. The usual
 * format has a loop in WebAssembly: JavaScript's took up to four times as long once other formats had been written.
 */
export function inputWriter(format: InputFormat): (pixels: Uint8Array, to: Numbers) => void {
  const { framing, layout, channels, channelCount } = format;
  const area = framing.width * framing.height;
  const table = tableOf(format);
  const [pixelStep, channelStep] = layout === 'NCHW' ? [1, area] : [channelCount, 1];
  if (channels === 'gray') return grayWriter(area, channelCount, table, pixelStep, channelStep);
  const [red, blue] = channels === 'BGR' ? [2, 0] : [0, 2];
  if (layout === 'NCHW' && table instanceof Float32Array)
    return (pixels, to) => lookUp(pixels, [red, 1, blue], table, to as Float32Array);
  return (pixels, to) => {
    for (let pixel = 0, from = 0, at = 0; pixel < area; pixel++, from += 3, at += pixelStep) {
      to[at] = table[pixels[from + red]!]!;
      to[at + channelStep] = table[256 + pixels[from + 1]!]!;
      to[at + 2 * channelStep] = table[512 + pixels[from + blue]!]!;
    }
  };
}

/** Brightness as Pillow's `convert('L')` has it, in each channel there is; of a gray image its own value. */
function grayWriter(area: number, count: number, table: Numbers, pixelStep: number, channelStep: number) {
  return (pixels: Uint8Array, to: Numbers): void => {
    for (let pixel = 0, from = 0, at = 0; pixel < area; pixel++, from += 3, at += pixelStep) {
      const light = 19595 * pixels[from]! + 38470 * pixels[from + 1]! + 7471 * pixels[from + 2]! + 0x8000;
      for (let channel = 0; channel < count; channel++)
        to[at + channel * channelStep] = table[256 * channel + (light >> 16)]!;
    }
  };
}

/** What each of the 256 values becomes, channel after channel. */
function tableOf({ elementType, channelCount, scale, mean, std }: InputFormat): Numbers {
  if (elementType === 'uint8') return Uint8Array.from({ length: channelCount * 256 }, (_, at) => at % 256);
  const normalized = (at: number, channel = at >> 8) => ((at % 256) * scale - mean[channel]!) / std[channel]!;
  const values = Float32Array.from({ length: channelCount * 256 }, (_, at) => normalized(at));
  return elementType === 'float32' ? values : Uint16Array.from(values, toHalf);
}
