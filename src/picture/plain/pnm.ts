import { type Bitmap, blankBitmap } from './bitmap.ts';

/** Told from text that begins with the same two letters by the number that follows. */
export function isPnm(bytes: Buffer): boolean {
  return /^P[1-6](\s+|\s*#[^\n\r]*[\n\r]\s*)+\d/.test(bytes.toString('latin1', 0, 512));
}

/**
 * A portable bitmap, graymap or pixmap, in text (P1, P2, P3) or binary (P4, P5, P6), with any maximum. Gray of 16 bits is
 * scaled, as it is in PNG.
 *
 * @throws when it ends too early or a value is larger than its maximum.
 * @see https://netpbm.sourceforge.net/doc/ppm.html and Pillow's PpmImagePlugin
 */
export function readPnm(bytes: Buffer, pixelsMax: number): Bitmap {
  const kind = bytes[1]! - 0x30;
  const isText = kind <= 3;
  const isBits = kind === 1 || kind === 4;
  const header = tokensOf(bytes, 2);
  const [width, height, maximum] = [header.next(), header.next(), isBits ? 1 : header.next()];
  if (!(maximum > 0 && maximum < 65_536)) throw new Error(`its largest value is said to be ${maximum}`);
  const bitmap = blankBitmap(width, height, pixelsMax);
  const channels = kind % 3 === 0 ? 3 : 1;
  const read = isText
    ? textReader(bytes, header, maximum, isBits)
    : binaryReader(bytes, header.end() + 1, maximum, width * channels, isBits);
  for (let pixel = 0, to = 0; pixel < width * height; pixel++, to += 3) {
    for (let channel = 0; channel < channels; channel++) {
      bitmap.data[to + channel] = lightOf(read(pixel * channels + channel), maximum, isBits);
    }
    if (channels === 1) bitmap.data.fill(bitmap.data[to]!, to + 1, to + 3);
  }
  return bitmap;
}

/** Bits stand for ink. Python rounds halves to the even neighbor. */
function lightOf(value: number, maximum: number, isBits: boolean): number {
  if (isBits) return value === 0 ? 255 : 0;
  if (maximum === 255) return value;
  const light = Math.min(255, (value / maximum) * 255);
  return light % 1 === 0.5 ? 2 * Math.round(light / 2) : Math.round(light);
}

type ValueReader = (index: number) => number;

type NumberWords = { next(): number; end(): number };

/** Numbers with spaces and comments between them, from a place in the file. */
function tokensOf(bytes: Buffer, start: number): NumberWords {
  let at = start;
  const isSpace = (byte: number | undefined) => byte === 0x20 || (byte !== undefined && byte >= 9 && byte <= 13);
  function skip(): void {
    for (; isSpace(bytes[at]) || bytes[at] === 0x23; at++) {
      if (bytes[at] === 0x23) while (at < bytes.length && bytes[at] !== 10 && bytes[at] !== 13) at++;
    }
  }
  return {
    next() {
      skip();
      const from = at;
      while (at < bytes.length && !isSpace(bytes[at]) && bytes[at] !== 0x23) at++;
      if (at === from) throw new Error('it ends too early');
      const text = bytes.toString('latin1', from, Math.min(at, from + 12));
      if (!/^\d+$/.test(text)) throw new Error(`"${text}" is not a number`);
      return Number(text);
    },
    end: () => at,
  };
}

/** Of P1 the digits need no space between them. */
function textReader(bytes: Buffer, tokens: NumberWords, maximum: number, isBits: boolean): ValueReader {
  if (!isBits) {
    return () => {
      const value = tokens.next();
      if (value > maximum) throw new Error(`${value} is larger than its largest value, ${maximum}`);
      return value;
    };
  }
  const digits = bytes
    .toString('latin1', tokens.end())
    .replace(/#[^\n\r]*/g, '')
    .replace(/\s+/g, '');
  return (index) => {
    if (index >= digits.length) throw new Error('it ends too early');
    return digits[index] === '1' ? 1 : 0;
  };
}

/** `rowValues`: each row of bits begins at a whole byte. */
function binaryReader(bytes: Buffer, start: number, maximum: number, rowValues: number, isBits: boolean): ValueReader {
  const rowBytes = Math.ceil(rowValues / 8);
  const byteOf = (at: number) => {
    if (at >= bytes.length) throw new Error('it ends too early');
    return bytes[at]!;
  };
  if (!isBits && maximum < 256) return (index) => byteOf(start + index);
  if (!isBits) return (index) => 256 * byteOf(start + 2 * index) + byteOf(start + 2 * index + 1);
  return (index) => {
    const column = index % rowValues;
    const byte = byteOf(start + ((index - column) / rowValues) * rowBytes + (column >> 3));
    return (byte >> (7 - (column & 7))) & 1;
  };
}
