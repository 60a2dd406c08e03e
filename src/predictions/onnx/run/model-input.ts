import { toHalf } from '../../../tables/half.ts';
import type { InputSpec } from '../describe/model-spec.ts';

/** How models are fed: those with equal formats share their input in memory. */
type InputFormat = Pick<
  InputSpec,
  'framing' | 'elementType' | 'layout' | 'channelCount' | 'channels' | 'scale' | 'mean' | 'std'
>;

/** Float16 as bits. */
export type Numbers = Float32Array | Uint16Array | Uint8Array;

const ELEMENT_BYTES = { float32: 4, float16: 2, uint8: 1 } as const;

/** Equal where formats are. */
export function inputKey(format: InputFormat): string {
  const { framing, elementType, layout, channelCount, channels, scale, mean, std } = format;
  return JSON.stringify([framing, elementType, layout, channelCount, channels, scale, mean, std]);
}

/** Of one image. */
export function inputBytes({ framing, elementType, channelCount }: InputFormat): number {
  return framing.width * framing.height * channelCount * ELEMENT_BYTES[elementType];
}

/** The input of `count` images from `first`, in a buffer that holds one after the other. */
export function inputNumbers(format: InputFormat, buffer: SharedArrayBuffer, first: number, count: number): Numbers {
  const { framing, elementType, channelCount } = format;
  const start = first * inputBytes(format);
  const length = count * framing.width * framing.height * channelCount;
  if (elementType === 'float32') return new Float32Array(buffer, start, length);
  return elementType === 'float16' ? new Uint16Array(buffer, start, length) : new Uint8Array(buffer, start, length);
}

/**
 * Makes what turns the 8-bit RGB pixels of an image (height × width × 3) into its input. Normalizing by a table of 256
 * entries a channel costs 0.15 ms for 224 × 224.
 */
export function inputWriter(format: InputFormat): (pixels: Uint8Array, to: Numbers) => void {
  const { framing, layout, channels, channelCount } = format;
  const area = framing.width * framing.height;
  const table = tableOf(format);
  const [pixelStep, channelStep] = layout === 'NCHW' ? [1, area] : [channelCount, 1];
  if (channels === 'gray') return grayWriter(area, channelCount, table, pixelStep, channelStep);
  const [red, blue] = channels === 'BGR' ? [2, 0] : [0, 2];
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
