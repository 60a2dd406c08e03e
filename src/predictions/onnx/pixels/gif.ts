import { type Bitmap, blankBitmap } from '../../../picture/plain/bitmap.ts';
import { unpackWords } from './gif-words.ts';

/** What stands before the pixels of the first frame. */
type Frame = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly isInterlaced: boolean;
  /** Red, green and blue of each color; absent where the indices are grays. */
  readonly palette: Buffer | undefined;
  /** The index that is to be seen through. */
  readonly clear: number | undefined;
  /** Where the packed indices begin. */
  readonly start: number;
};

export function isGif(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, 4) === 'GIF8';
}

/**
 * The first frame of a GIF as Pillow has it: what is to be seen through keeps the color that its palette gives it, where
 * libvips has black.
 *
 * @throws when it ends too early or has no frame.
 * @see https://www.w3.org/Graphics/GIF/spec-gif89a.txt and Pillow's GifImagePlugin
 */
export function readGif(bytes: Buffer, pixelsMax: number): Bitmap {
  const frame = firstFrame(bytes);
  const { left, top, clear = 0, palette } = frame;
  const width = Math.max(bytes.readUInt16LE(6), left + frame.width);
  const height = Math.max(bytes.readUInt16LE(8), top + frame.height);
  const bitmap = blankBitmap(width, height, pixelsMax);
  const indices = new Uint8Array(width * height).fill(clear);
  const packed = unpackedBlocks(bytes, frame.start + 1);
  const rows = rowsOf(frame);
  for (const [place, index] of unpackWords(packed, bytes[frame.start]!, frame.width * frame.height).entries()) {
    const x = place % frame.width;
    indices[(top + rows[(place - x) / frame.width]!) * width + left + x] = index;
  }
  for (const [place, index] of indices.entries()) {
    for (let channel = 0; channel < 3; channel++)
      bitmap.data[3 * place + channel] = palette?.[3 * index + channel] ?? index;
  }
  return bitmap;
}

function firstFrame(bytes: Buffer): Frame {
  const paletteAt = (at: number, flags: number) =>
    flags & 0x80 ? bytes.subarray(at, at + 3 * (2 << (flags & 7))) : undefined;
  const whole = paletteAt(13, bytes[10]!);
  let clear: number | undefined;
  for (let at = 13 + (whole?.length ?? 0); at + 10 < bytes.length; ) {
    if (bytes[at] === 0x2c) {
      const flags = bytes[at + 9]!;
      const own = paletteAt(at + 10, flags);
      const [left, top, width, height] = [1, 3, 5, 7].map((offset) => bytes.readUInt16LE(at + offset)) as Quad;
      const start = at + 10 + (own?.length ?? 0);
      return { left, top, width, height, isInterlaced: (flags & 0x40) !== 0, palette: own ?? whole, clear, start };
    }
    if (bytes[at] !== 0x21) {
      at += 1;
      continue;
    }
    // The only extension that says something about pixels.
    if (bytes[at + 1] === 0xf9 && bytes[at + 3]! & 1) clear = bytes[at + 6];
    at += 2;
    while (at < bytes.length && bytes[at] !== 0) at += bytes[at]! + 1;
    at += 1;
  }
  throw new Error('it ends before its first frame');
}

type Quad = [number, number, number, number];

/** The data's blocks of at most 255 bytes, joined. */
function unpackedBlocks(bytes: Buffer, start: number): Buffer {
  const blocks: Buffer[] = [];
  for (let at = start; at < bytes.length && bytes[at] !== 0; at += bytes[at]! + 1) {
    blocks.push(bytes.subarray(at + 1, at + 1 + bytes[at]!));
  }
  return Buffer.concat(blocks);
}

/** The row that each row of the file is, from the frame's top. */
function rowsOf({ height, isInterlaced }: Frame): number[] {
  const rows = [...Array(height).keys()];
  if (!isInterlaced) return rows;
  const passes: [from: number, step: number][] = [
    [0, 8],
    [4, 8],
    [2, 4],
    [1, 2],
  ];
  return passes.flatMap(([from, step]) => rows.filter((row) => row % step === from));
}
