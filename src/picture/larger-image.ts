import sharp from 'sharp';
import { upright } from './shown-image.ts';

/** The longer side of each part: twice what a window shows, for sharp screens. */
const partSide = 1280;
/** The pixels of a smaller image are squares to the eye already. */
const detailFrom = 96;
/** What two neighboring parts share, so that nothing is cut through in both. */
const overlap = 0.1;

/**
 * An image as large as windows allow, as JPEG files: the whole of it, then its quarters unless it is tiny,
 * row by row, each at the width of a window. With `sha256` it is the file that was judged.
 *
 * @throws when the file is not an image, or another one than was judged
 */
export async function largerImage(file: string, sha256?: string): Promise<Buffer[]> {
  const image = await upright(file, sha256);
  const { data, info } = await image
    .toColorspace('srgb')
    .flatten({ background: '#808080' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const part = (left: number, top: number, w: number, h: number) => {
    const scale = partSide / Math.max(w, h);
    return sharp(data, { raw: { width, height, channels } })
      .extract({ left, top, width: w, height: h })
      .resize({ width: Math.max(1, Math.round(w * scale)), height: Math.max(1, Math.round(h * scale)), fit: 'fill' })
      .jpeg({ quality: 90 })
      .toBuffer();
  };
  const parts = [part(0, 0, width, height)];
  if (Math.max(width, height) >= detailFrom) {
    const [w, h] = [width, height].map((side) => Math.ceil(side * (0.5 + overlap / 2))) as [number, number];
    for (const top of [0, height - h]) for (const left of [0, width - w]) parts.push(part(left, top, w, h));
  }
  return Promise.all(parts);
}
