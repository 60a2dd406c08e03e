const CODES_MAX = 4096;

/** The words told so far: each is an earlier one and a letter more. The first `2 ** bits` are the letters themselves. */
type CodeTable = {
  readonly prefix: Int16Array;
  readonly suffix: Uint8Array;
  readonly letters: number;
  readonly stack: Uint8Array;
};

/**
 * Undoes Lempel, Ziv and Welch's code as GIF has it, with codes that grow from `bits` + 1 to 12 bits.
 *
 * @returns `count` letters.
 * @throws when it ends before, or a code means nothing.
 */
export function unpackWords(packed: Buffer, bits: number, count: number): Uint8Array {
  if (bits < 1 || bits > 11) throw new Error('its codes cannot be read');
  const letters = 1 << bits;
  const words: CodeTable = {
    prefix: new Int16Array(CODES_MAX),
    suffix: new Uint8Array(CODES_MAX),
    letters,
    stack: new Uint8Array(CODES_MAX + 1),
  };
  const text = new Uint8Array(count);
  let next = letters + 2;
  let size = bits + 1;
  let last = -1;
  let first = 0;
  let done = 0;
  for (let at = 0; done < count; ) {
    const code = codeAt(packed, at, size);
    at += size;
    if (code === letters) {
      [next, size, last] = [letters + 2, bits + 1, -1];
      continue;
    }
    refuseUnknown(code, letters, last < 0 ? letters - 1 : next);
    // A word that is not there yet is the last one, and its own first letter again.
    words.stack[0] = first;
    let depth = code === next ? spell(words, last, 1) : spell(words, code, 0);
    first = words.stack[depth - 1]!;
    while (depth > 0 && done < count) text[done++] = words.stack[--depth]!;
    if (last >= 0 && next < CODES_MAX) {
      words.prefix[next] = last;
      words.suffix[next++] = first;
    }
    last = code;
    if (next === 1 << size && size < 12) size += 1;
  }
  return text;
}

/** Writes a word's letters, last first, from a place in the stack. Returns the place behind them. */
function spell({ prefix, suffix, letters, stack }: CodeTable, code: number, from: number): number {
  let depth = from;
  let word = code;
  for (; word >= letters; word = prefix[word]!) stack[depth++] = suffix[word]!;
  stack[depth++] = word;
  return depth;
}

function refuseUnknown(code: number, letters: number, most: number): void {
  if (code === letters + 1 || code > most) throw new Error('its codes cannot be read');
}

function codeAt(packed: Buffer, at: number, size: number): number {
  if (at + size > 8 * packed.length) throw new Error('it ends too early');
  const byte = at >> 3;
  const word = packed[byte]! | ((packed[byte + 1] ?? 0) << 8) | ((packed[byte + 2] ?? 0) << 16);
  return (word >> (at & 7)) & ((1 << size) - 1);
}
