import type { Codes } from './jpeg-file.ts';

/** Bits that are looked up at once. */
const LOOK_BITS = 10;

/** Of a table in memory: an entry of four bytes for each of the next ten bits, the limits of longer codes, and all symbols. */
export const TABLE_BYTES = 4 * (1 << LOOK_BITS) + 8 * (16 - LOOK_BITS) + 256;

/**
 * Writes the table by which a stream is read, as `$look` in jpeg.wat wants it. A symbol's lower four bits are the size of the value
 * that follows, the upper the number of zeros before it; a value that follows within the bits looked at is part of the entry.
 * `false` where these are no codes.
 */
export function writeTable({ counts, symbols }: Codes, memory: DataView, place: number): boolean {
  const entries = new Int32Array(memory.buffer, place, 1 << LOOK_BITS).fill(0);
  let [code, index] = [0, 0];
  for (let length = 1; length <= 16; length++) {
    const count = counts[length - 1]!;
    if (code + count > 1 << length) return false;
    if (length > LOOK_BITS) {
      const limit = place + entries.byteLength + 8 * (length - LOOK_BITS - 1);
      memory.setInt32(limit, (code + count) << (16 - length), true);
      memory.setInt32(limit + 4, index - code, true);
    } else {
      for (let nth = 0; nth < count; nth++) fill(entries, code + nth, length, symbols[index + nth]!);
    }
    code = (code + count) << 1;
    index += count;
  }
  new Uint8Array(memory.buffer, place + TABLE_BYTES - 256, 256).set(symbols);
  return true;
}

/** The entries that begin with a code. */
function fill(entries: Int32Array, code: number, length: number, symbol: number): void {
  const size = symbol & 15;
  const behind = LOOK_BITS - length;
  const first = code << behind;
  if (size === 0 || size > behind) {
    entries.fill((symbol << 8) | length, first, first + (1 << behind));
    return;
  }
  // Each value has the bits behind it in common.
  const equal = behind - size;
  for (let value = 0; value < 1 << size; value++) {
    const signed = value >> (size - 1) === 1 ? value : value - (1 << size) + 1;
    const entry = (signed << 16) | ((symbol >> 4) << 8) | (length + size);
    entries.fill(entry, first + (value << equal), first + ((value + 1) << equal));
  }
}
