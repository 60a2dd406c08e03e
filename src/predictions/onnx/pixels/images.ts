import type { Sharp } from 'sharp';
import { PIXELS_MAX, plainImage } from '../../../picture/plain/plain-image.ts';
import { readSameSync } from '../../../picture/same-file.ts';
import type { Framing } from '../describe/model-spec.ts';
import { cmykToRgb, jpegFrame } from './cmyk.ts';
import { isGif, readGif } from './gif.ts';
import { decodeJpeg } from './jpeg/decode-jpeg.ts';
import { type Pixels, resample } from './resample.ts';

/** Beyond this only one image at a time is decoded: eight photos of 108 megapixels at once would take 2.6 GB. */
const LARGE_PIXELS = 25_000_000;

const TOO_LARGE = `it has more than ${Math.floor(PIXELS_MAX / 1e6)} million pixels`;

type Decoded = { readonly lying?: Pixels; readonly upright?: Pixels };

type Poses = {
  readonly upright: boolean;
  readonly lying: boolean;
  /** Whether other threads are to do what they can. */
  readonly isElsewhere?: boolean;
};

/**
 * Decodes to 8-bit RGB as Pillow's `convert('RGB')` does: color profiles ignored, transparency dropped, of animations
 * the first frame; as the camera lay and upright, whichever is wanted. TIFFs are always upright, as Pillow loads them. What
 * a decoder merely warns of does not count: Pillow reads it to the same pixels. They may lie in memory that the next image
 * is decoded in, so `use` gets them at once.
 *
 * @throws with what is wrong with the file, and what `use` throws.
 */
export async function decode(
  path: string,
  expected: string,
  want: Poses,
  use: (decoded: Decoded) => void,
): Promise<void> {
  // The process that runs the models has nothing else to do meanwhile, and this takes a quarter of the time.
  const bytes = readSameSync(path, expected);
  const here = readHere(bytes) ?? (isForHere(bytes, want) ? decodeJpeg(bytes) : undefined);
  if (here) use({ lying: here, upright: here });
  else use(await decodeElsewhere(bytes, want));
}

/** What need not be turned: most photos, for which a thread and a pipeline of their own cost more than decoding them. */
function isForHere(bytes: Buffer, { upright, isElsewhere }: Poses): boolean {
  return !isElsewhere && !(upright && bytes.includes('Exif\0'));
}

async function decodeElsewhere(bytes: Buffer, want: Poses): Promise<Decoded> {
  await loadSharp();
  try {
    const header = await headerOf(bytes, want);
    return await (header.pixels > LARGE_PIXELS
      ? alone(() => decodeAs(header, bytes, want))
      : decodeAs(header, bytes, want));
  } catch (error) {
    // The decoder's other words are left out: images that are decoded at once share them, so they may be of another.
    const isTooLarge = /exceeds pixel limit/i.test((error as Error).message);
    throw new Error(isTooLarge ? TOO_LARGE : 'it is damaged or cut short', { cause: error });
  }
}

/** The formats that this project reads itself; nothing where it is another. */
function readHere(bytes: Buffer): Pixels | undefined {
  try {
    return isGif(bytes) ? readGif(bytes, PIXELS_MAX) : plainImage(bytes);
  } catch (error) {
    const { message } = error as Error;
    throw new Error(message === TOO_LARGE ? message : `it is damaged or cut short (${message})`, { cause: error });
  }
}

let lastLarge: Promise<unknown> = Promise.resolve();

/** Waits for the large image before it. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  const done = lastLarge.then(work);
  lastLarge = done.catch(() => undefined);
  return done;
}

/** What has to be known before decoding. */
type ImageHeader = {
  readonly pixels: number;
  /** Four inks instead of three lights. */
  readonly isInk: boolean;
  /** Whether the camera was held another way. */
  readonly isTurned: boolean;
  readonly isTiff: boolean;
};

/** Most photos say all of it in a few bytes; asking the decoder costs 0.2 ms. */
async function headerOf(bytes: Buffer, { upright }: Poses): Promise<ImageHeader> {
  const frame = jpegFrame(bytes);
  if (frame && !(upright && bytes.includes('Exif\0'))) {
    return { pixels: frame.width * frame.height, isInk: frame.channels === 4, isTurned: false, isTiff: false };
  }
  const { width, height, orientation = 1, format, space } = await (await open(bytes)).metadata();
  return { pixels: width * height, isInk: space === 'cmyk', isTurned: orientation > 1, isTiff: format === 'tiff' };
}

async function decodeAs({ isInk, isTurned, isTiff }: ImageHeader, bytes: Buffer, want: Poses): Promise<Decoded> {
  const isTwofold = isTurned && !isTiff;
  const lying = want.lying || !isTwofold ? await pixelsOf(await open(bytes, isTiff), isInk) : undefined;
  const upright = want.upright ? (isTwofold ? await pixelsOf(await open(bytes, true), isInk) : lying) : undefined;
  return { ...(lying && { lying }), ...(upright && { upright }) };
}

let loading: Promise<typeof import('sharp').default> | undefined;

/** Takes a process a tenth of a second, which usual JPEGs do without. One that does not load is no image's fault: it ends the process. */
function loadSharp() {
  if (loading) return loading;
  loading = import('sharp').then(({ default: sharp }) => {
    // Every image is decoded once: a cache would only hold memory.
    sharp.cache(false);
    sharp.concurrency(1);
    return sharp;
  });
  // With nobody to catch it.
  void loading.then(() => undefined);
  return loading;
}

async function open(bytes: Buffer, autoOrient = false): Promise<Sharp> {
  return (await loadSharp())(bytes, { autoOrient, limitInputPixels: PIXELS_MAX, ignoreIcc: true, failOn: 'truncated' });
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
  const start = framing.cropStart === 'floor' ? Math.floor : halfEven;
  const left = start((size.width - width) / 2);
  const top = start((size.height - height) / 2);
  const isSame = pixels.width === width && pixels.height === height && size.width === width && size.height === height;
  if (isSame) target.set(pixels.data);
  else resample(pixels, size, { left, top, width, height }, filter, target);
}

/** The size of the whole image, of which the view is the middle. */
function resizedTo(pixels: Pixels, { shortestEdge, stretchedTo }: Framing) {
  if (shortestEdge === 0) return { width: stretchedTo[0], height: stretchedTo[1] };
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
