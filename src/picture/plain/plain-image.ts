import type { Bitmap } from './bitmap.ts';
import { isBmp, readBmp } from './bmp.ts';
import { isPnm, readPnm } from './pnm.ts';

/** Of Pillow: twice its warning. A file of 420 kB can expand to 432 MB. @see PIL.Image.MAX_IMAGE_PIXELS */
export const PIXELS_MAX = 178_956_970;

/**
 * The pixels of a kind that sharp does not read, as Pillow has them: BMP, and the portable pixmaps P1 to P6. `undefined`
 * for all other kinds.
 *
 * @throws with what is wrong with the file.
 */
export function plainImage(bytes: Buffer): Bitmap | undefined {
  if (isPnm(bytes)) return readPnm(bytes, PIXELS_MAX);
  return isBmp(bytes) ? readBmp(bytes, PIXELS_MAX) : undefined;
}
