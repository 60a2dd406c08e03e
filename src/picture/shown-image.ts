import sharp, { type Sharp } from 'sharp';
import { PIXELS_MAX, plainImage } from './plain/plain-image.ts';
import { readSame } from './same-file.ts';

/** Smaller images are enlarged to this many pixels on their longer side, so that people can see them in chat. */
const enlargedTo = 384;
/** Slack shows nothing larger than this well, and it only slows phones. */
const maxSide = 1280;

/**
 * An image as a file Slack can show: PNG when small or with transparency, else JPEG; upright, and at a size people can see.
 * With `sha256` it is the file that was judged.
 *
 * @throws when the file is not an image, or another one than was judged
 */
export async function shownImage(file: string, sha256?: string): Promise<{ bytes: Buffer; extension: 'png' | 'jpg' }> {
  const image = await upright(file, sha256);
  const { autoOrient, hasAlpha } = await image.metadata();
  const { width, height } = autoOrient;
  const longer = Math.max(width, height);
  const scale = longer < enlargedTo ? enlargedTo / longer : Math.min(1, maxSide / longer);
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  const shown = image.resize({ ...size, fit: 'fill', kernel: 'cubic' }).toColorspace('srgb');
  if (hasAlpha || longer < enlargedTo) return { bytes: await shown.png().toBuffer(), extension: 'png' };
  return { bytes: await shown.jpeg({ quality: 88 }).toBuffer(), extension: 'jpg' };
}

/** An image as it was meant to be held; with `sha256`, it must be the file that was judged. @throws when it is another one */
export async function upright(file: string, sha256?: string): Promise<Sharp> {
  return open(await readSame(file, sha256)).autoOrient();
}

function open(bytes: Buffer): Sharp {
  const plain = plainImage(bytes);
  if (!plain) return sharp(bytes, { failOn: 'none', limitInputPixels: PIXELS_MAX });
  const { data, width, height } = plain;
  return sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: PIXELS_MAX });
}
