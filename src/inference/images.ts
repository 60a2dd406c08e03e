import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { View } from './model-spec.ts';
import { type Pixels, resample } from './resample.ts';

/** A 420 kB PNG can expand to 432 MB; no camera's photo is larger than this. */
const PIXELS_MAX = 50_000_000;

const KINDS = new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'bmp']);

/** Endings that promise an image; other files lying about are not the batch's. */
const ENDING = /\.(jpe?g|png|webp|gif|tiff?|bmp)$/i;

export type ImageFile = { readonly file: string; readonly sha256: string };

/** The images of a folder and below, sorted by path; hidden files and what has no image's ending are passed over. */
export async function listImages(folder: string): Promise<ImageFile[]> {
  const entries = await readdir(folder, { recursive: true });
  const files = entries.filter((file) => ENDING.test(file) && !file.split('/').some((part) => part.startsWith('.')));
  const images: ImageFile[] = [];
  for (const file of files.sort()) {
    const bytes = await readFile(join(folder, file));
    images.push({ file, sha256: createHash('sha256').update(bytes).digest('hex') });
  }
  return images;
}

/**
 * Decodes to 8-bit RGB as Pillow's `convert('RGB')` does: color profiles ignored, transparency dropped, of animations
 * the first frame.
 *
 * @throws with what is wrong with the file.
 */
export async function decode(path: string, upright: boolean): Promise<Pixels> {
  const image = sharp(path, { limitInputPixels: PIXELS_MAX, ignoreIcc: true, failOn: 'truncated' });
  const { format } = await image.metadata();
  if (!KINDS.has(format)) throw new Error(`it is a file of the kind ${format}`);
  if (upright) image.autoOrient();
  const { data, info } = await image.removeAlpha().toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer({
    resolveWithObject: true,
  });
  const pixels = { data: new Uint8Array(data.buffer, data.byteOffset, data.length), ...sizeOf(info) };
  return info.channels === 3 ? pixels : { ...pixels, data: grayToRgb(pixels.data, info.channels) };
}

/** Writes the part of an image that a model sees, height × width × 3, to `target`. */
export function render(pixels: Pixels, view: View, target: Uint8Array): void {
  const { width, height, shortestEdge, filter } = view;
  if (shortestEdge === 0) {
    resample(pixels, { width, height }, { left: 0, top: 0, width, height }, filter, target);
    return;
  }
  // As torchvision and Hugging Face do: the longer edge is cut down to a whole number, the crop rounded to the left.
  const shorter = Math.min(pixels.width, pixels.height);
  const scaled = (edge: number) => (edge === shorter ? shortestEdge : Math.trunc((edge * shortestEdge) / shorter));
  const size = { width: scaled(pixels.width), height: scaled(pixels.height) };
  if (size.width < width || size.height < height) {
    throw new Error(`the crop of ${width} × ${height} is larger than the shorter edge of ${shortestEdge}`);
  }
  const left = Math.round((size.width - width) / 2);
  const top = Math.round((size.height - height) / 2);
  resample(pixels, size, { left, top, width, height }, filter, target);
}

function sizeOf({ width, height }: { width: number; height: number }) {
  return { width, height };
}

function grayToRgb(data: Uint8Array, channels: number): Uint8Array {
  const pixels = data.length / channels;
  const rgb = new Uint8Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) rgb.fill(data[pixel * channels]!, pixel * 3, pixel * 3 + 3);
  return rgb;
}
