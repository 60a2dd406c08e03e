import type { InputSpec } from '../describe/model-spec.ts';

/** How models are fed: those with equal formats share their input in memory. */
export type InputFormat = Pick<
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
