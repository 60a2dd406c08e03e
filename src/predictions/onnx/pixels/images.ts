import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import type { Framing } from '../describe/model-spec.ts';
import { cmykToRgb, isCmyk } from './cmyk.ts';
import { type Pixels, resample } from './resample.ts';

/** A 420 kB PNG can expand to 432 MB; no camera's photo is larger than this. */
const PIXELS_MAX = 50_000_000;

// Every image is decoded once: a cache would only hold memory.
sharp.cache(false);
sharp.concurrency(1);

type Decoded = { readonly lying?: Pixels; readonly upright?: Pixels };

/**
 * Decodes to 8-bit RGB as Pillow's `convert('RGB')` does: color profiles ignored, transparency dropped, of animations
 * the first frame; as the camera lay and upright, whichever is wanted.
 *
 * @throws with what is wrong with the file.
 */
export async function decode(
  path: string,
  expected: string,
  want: { upright: boolean; lying: boolean },
): Promise<Decoded> {
  // The process that runs the models has nothing else to do meanwhile, and this takes a quarter of the time.
  const bytes = readFileSync(path);
  if (hash('sha256', bytes) !== expected) throw new Error('it changed while the models ran');
  try {
    const isInk = isCmyk(bytes);
    const turned = want.upright && (await isTurned(bytes));
    const lying = want.lying || !turned ? await pixelsOf(open(bytes), isInk) : undefined;
    const upright = want.upright ? (turned ? await pixelsOf(open(bytes).autoOrient(), isInk) : lying) : undefined;
    return { ...(lying && { lying }), ...(upright && { upright }) };
  } catch (error) {
    throw new Error(reasonOf((error as Error).message), { cause: error });
  }
}

/** Whether the camera was held another way. Most JPEGs say nothing about it, and asking the decoder costs 0.2 ms. */
async function isTurned(bytes: Buffer): Promise<boolean> {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && !bytes.includes('Exif\0')) return false;
  return ((await open(bytes).metadata()).orientation ?? 1) > 1;
}

/** What the decoder says, for people. */
function reasonOf(message: string): string {
  if (/exceeds pixel limit/i.test(message)) return `it has more than ${PIXELS_MAX / 1e6} million pixels`;
  const words = message
    .replace(/^(Warning treated as error.*|Input buffer (has|contains)[^:\n]*:?)\s*/, '')
    .split('\n')[0]!;
  const what = words.replace(/^[\w -]+: /, '');
  return `it is damaged or cut short${what && ` (${what})`}`;
}

function open(bytes: Buffer): Sharp {
  return sharp(bytes, { limitInputPixels: PIXELS_MAX, ignoreIcc: true, failOn: 'warning' });
}

async function pixelsOf(image: Sharp, isInk: boolean): Promise<Pixels> {
  const colors = isInk
    ? image.pipelineColourspace('cmyk').toColourspace('cmyk')
    : image.removeAlpha().toColourspace('srgb');
  const { data, info } = await colors.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const values = new Uint8Array(data.buffer, data.byteOffset, data.length);
  if (isInk && channels === 4) return { data: cmykToRgb(values), width, height };
  return { data: channels === 3 ? values : grayToRgb(values, channels), width, height };
}

/** Writes the part of an image that a model sees, height × width × 3, to `target`. */
export function render(pixels: Pixels, framing: Framing, target: Uint8Array): void {
  const { width, height, filter } = framing;
  const size = resizedTo(pixels, framing);
  if (size.width > 65_535 || size.height > 65_535) throw new Error('it is too long and thin');
  const left = halfEven((size.width - width) / 2);
  const top = halfEven((size.height - height) / 2);
  const isSame = pixels.width === width && pixels.height === height && size.width === width && size.height === height;
  if (isSame) target.set(pixels.data);
  else resample(pixels, size, { left, top, width, height }, filter, target);
}

/** The size of the whole image, of which the middle is kept. */
function resizedTo(pixels: Pixels, { width, height, shortestEdge, stretchedTo }: Framing) {
  if (shortestEdge === 0) return { width: stretchedTo || width, height: stretchedTo || height };
  // As torchvision and Hugging Face do: the longer edge is cut down to a whole number.
  const shorter = Math.min(pixels.width, pixels.height);
  const scaled = (edge: number) => (edge === shorter ? shortestEdge : Math.trunc((edge * shortestEdge) / shorter));
  return { width: scaled(pixels.width), height: scaled(pixels.height) };
}

/** Python's `round`, by which torchvision places the crop. */
function halfEven(value: number): number {
  return value % 1 === 0.5 ? 2 * Math.round(value / 2) : Math.round(value);
}

function grayToRgb(data: Uint8Array, channels: number): Uint8Array {
  const pixels = data.length / channels;
  const rgb = new Uint8Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) rgb.fill(data[pixel * channels]!, pixel * 3, pixel * 3 + 3);
  return rgb;
}
