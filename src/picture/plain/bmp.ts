import { type Bitmap, blankBitmap } from './bitmap.ts';

/** What the headers of a BMP say. */
type BmpHeader = {
  readonly width: number;
  readonly height: number;
  readonly isTopDown: boolean;
  readonly bits: number;
  readonly compression: number;
  /** Of the red, green and blue values in a pixel of 16 or 32 bits. */
  readonly masks: readonly number[];
  /** Blue, green, red, and perhaps one more byte, for each color. */
  readonly palette: Buffer;
  readonly colorBytes: number;
  readonly start: number;
};

const BITFIELDS = [3, 6];
const RUN_LENGTHS = [1, 2];

/** Told by its first letters and the length of its second header. */
export function isBmp(bytes: Buffer): boolean {
  return (
    bytes.length > 26 &&
    bytes.toString('latin1', 0, 2) === 'BM' &&
    [12, 40, 52, 56, 64, 108, 124].includes(bytes.readUInt32LE(14))
  );
}

/**
 * A Windows or OS/2 bitmap: palettes of 1, 4 and 8 bits, run lengths included, and colors of 16, 24 and 32 bits.
 *
 * @throws when it ends too early or holds another image format.
 * @see https://learn.microsoft.com/windows/win32/gdi/bitmap-storage and Pillow's BmpImagePlugin
 */
export function readBmp(bytes: Buffer, pixelsMax: number): Bitmap {
  const header = headerOf(bytes);
  const { width, height, isTopDown, bits, compression } = header;
  const bitmap = blankBitmap(width, height, pixelsMax);
  const isRunLength = RUN_LENGTHS.includes(compression);
  if (!isRunLength && compression !== 0 && !BITFIELDS.includes(compression))
    throw new Error('its compression is not known');
  const rowBytes = 4 * Math.ceil((width * bits) / 32);
  const indices = isRunLength ? unpacked(bytes.subarray(header.start), header) : undefined;
  if (!indices && header.start + rowBytes * height > bytes.length) throw new Error('it ends too early');
  for (let y = 0; y < height; y++) {
    const line = isTopDown ? y : height - 1 - y;
    const row = bytes.subarray(header.start + line * rowBytes);
    for (let x = 0, to = 3 * y * width; x < width; x++, to += 3) {
      if (bits > 8) putColor(row, x, header, bitmap.data, to);
      else putIndexed(indices ? indices[line * width + x]! : indexAt(row, x, bits), header, bitmap.data, to);
    }
  }
  return bitmap;
}

function headerOf(bytes: Buffer): BmpHeader {
  const size = bytes.readUInt32LE(14);
  const isOld = size === 12;
  const signedHeight = isOld ? bytes.readInt16LE(20) : bytes.readInt32LE(22);
  const bits = bytes.readUInt16LE(isOld ? 24 : 28);
  if (![1, 4, 8, 16, 24, 32].includes(bits)) throw new Error(`it has ${bits} bits a pixel`);
  const compression = isOld ? 0 : bytes.readUInt32LE(30);
  const usual = bits === 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff];
  const hasMasks = BITFIELDS.includes(compression) && bytes.length >= 66;
  const colorBytes = isOld ? 3 : 4;
  const from = 14 + size + (hasMasks && size === 40 ? 12 : 0);
  const colors = bits > 8 ? 0 : (isOld ? 0 : bytes.readUInt32LE(46)) || 1 << bits;
  return {
    width: isOld ? bytes.readUInt16LE(18) : bytes.readInt32LE(18),
    height: Math.abs(signedHeight),
    isTopDown: signedHeight < 0,
    bits,
    compression,
    masks: hasMasks ? [54, 58, 62].map((at) => bytes.readUInt32LE(at)) : usual,
    palette: bytes.subarray(from, from + colors * colorBytes),
    colorBytes,
    start: bytes.readUInt32LE(10),
  };
}

function indexAt(row: Buffer, x: number, bits: number): number {
  const perByte = 8 / bits;
  const shift = 8 - bits * ((x % perByte) + 1);
  return (row[Math.floor(x / perByte)]! >> shift) & ((1 << bits) - 1);
}

function putIndexed(index: number, { palette, colorBytes }: BmpHeader, to: Uint8Array, at: number): void {
  for (let channel = 0; channel < 3; channel++) to[at + channel] = palette[index * colorBytes + 2 - channel] ?? 0;
}

function putColor(row: Buffer, x: number, { bits, masks }: BmpHeader, to: Uint8Array, at: number): void {
  if (bits === 24) {
    for (let channel = 0; channel < 3; channel++) to[at + channel] = row[3 * x + 2 - channel]!;
    return;
  }
  const value = bits === 16 ? row.readUInt16LE(2 * x) : row.readUInt32LE(4 * x);
  for (const [channel, mask] of masks.entries()) {
    const lowest = (mask & -mask) >>> 0;
    const most = mask / lowest;
    to[at + channel] = most > 0 ? Math.floor(((((value & mask) >>> 0) / lowest) * 255) / most) : 0;
  }
}

/**
 * Undoes the run lengths: pairs of a count and an index, or 0 and an escape (0 ends a line, 1 the image, 2 moves on, else
 * so many indices as they are).
 *
 * @returns `indices[line * width + x]`, lines as in the file.
 */
function unpacked(packed: Buffer, { width, height, bits }: BmpHeader): Uint8Array {
  const indices = new Uint8Array(width * height);
  let x = 0;
  let line = 0;
  const put = (from: Buffer, count: number) => {
    for (let place = 0; place < count; place++, x++) {
      if (x < width && line < height) indices[line * width + x] = indexIn(from, place, bits);
    }
  };
  for (let at = 0; at + 1 < packed.length && line < height; at += 2) {
    const [count, value] = [packed[at]!, packed[at + 1]!];
    if (count > 0) put(Buffer.alloc(count, value), count);
    else if (value === 0) [x, line] = [0, line + 1];
    else if (value === 1) break;
    else if (value === 2) {
      [x, line] = [x + (packed[at + 2] ?? 0), line + (packed[at + 3] ?? 0)];
      at += 2;
    } else {
      put(packed.subarray(at + 2), value);
      at += 2 * Math.ceil((value * bits) / 16);
    }
  }
  return indices;
}

function indexIn(from: Buffer, place: number, bits: number): number {
  if (bits === 8) return from[place] ?? 0;
  const byte = from[place >> 1] ?? 0;
  return place % 2 === 0 ? byte >> 4 : byte & 15;
}
