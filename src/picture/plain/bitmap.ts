/** Pixels as `data[3 * (y * width + x) + channel]`, red, green, blue, 8 bits each. */
export type Bitmap = { readonly data: Uint8Array; readonly width: number; readonly height: number };

/** An empty one. Throws where it would be larger than any image may be: a header of 20 bytes can ask for all memory. */
export function blankBitmap(width: number, height: number, pixelsMax: number): Bitmap {
  if (!(width > 0 && height > 0)) throw new Error('it has no pixels');
  if (width * height > pixelsMax) throw new Error(`it has more than ${Math.floor(pixelsMax / 1e6)} million pixels`);
  return { data: new Uint8Array(3 * width * height), width, height };
}
