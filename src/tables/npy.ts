import { readFileSync } from 'node:fs';
import { byName, clamped } from './classes.ts';
import { fromHalf } from './half.ts';

/** What an `.npy` file says about its numbers: their type as numpy writes it, and how they lie. */
type NpyHeader = {
  readonly type: string;
  readonly shape: readonly number[];
  readonly isFortran: boolean;
  readonly start: number;
};

/** Whole numbers, or places in the names where the file holds text; C order. */
export type IntArray = {
  readonly shape: readonly number[];
  readonly data: Int32Array;
  readonly names?: readonly string[];
};

/**
 * Reads an `.npy` file of whole numbers of any type numpy has, `bool` and whole floats included, or of text (classes by name), in
 * either byte order and either order of memory.
 *
 * @throws Error naming the file, what was found and the cure.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function readNpy(file: string): IntArray {
  const bytes = readFileSync(file);
  const problem = (found: string, cure: string) => new Error(`${file}: ${found}. ${cure}`);
  const { type, shape, isFortran, start } = headerOf(bytes, problem);
  const item = itemReader(type);
  if (!item) {
    throw problem(`values of type "${type}"`, 'Save class indices as whole numbers, e.g. with .astype("int64").');
  }
  const { bytes: itemBytes, read: readItem, kind } = item;
  const length = shape.reduce((product, edge) => product * edge, 1);
  if (bytes.length - start !== length * itemBytes) {
    const found = `${bytes.length - start} bytes of data where the shape (${shape.join(', ')}) needs ${length * itemBytes}`;
    throw problem(found, 'The file is cut off or damaged: copy it again.');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, length * itemBytes);
  const places = isFortran ? columnMajor(shape) : (place: number) => place;
  const values = Array.from({ length }, (_, place) => readItem(view, places(place) * itemBytes));
  if (kind === 'U' || kind === 'S') return { shape, ...byName(values.map(String)) };
  const wrong = values.findIndex((value) => !Number.isInteger(value));
  if (wrong >= 0) {
    throw problem(
      `${values[wrong]} at place ${wrong} is not a class index`,
      'Write class indices, 0, 1, 2, and so on.',
    );
  }
  return { shape, data: Int32Array.from(values, (value) => clamped(Number(value))) };
}

function headerOf(bytes: Buffer, problem: (found: string, cure: string) => Error): NpyHeader {
  const { text, start } = npyHeader(bytes, problem);
  const type = /'descr':\s*'([^']+)'/.exec(text)?.[1];
  const shape = /'shape':\s*\(([\d\s,L]*)\)/.exec(text)?.[1]?.match(/\d+/g)?.map(Number);
  if (type === undefined || shape === undefined) throw problem('its header is broken or cut off', SAVE_AGAIN);
  return { type, shape, isFortran: /'fortran_order':\s*True/.test(text), start };
}

const SAVE_AGAIN = 'Save it again with numpy.save.';

/** The header of an `.npy` file as numpy writes it, a Python literal, and where the data begins. Throws what `problem` makes. */
export function npyHeader(
  bytes: Buffer,
  problem: (found: string, cure: string) => Error,
): { readonly text: string; readonly start: number } {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 6) !== '\x93NUMPY') {
    throw problem('not an .npy file', 'Save it with numpy.save.');
  }
  const isShort = bytes[6] === 1;
  const from = isShort ? 10 : 12;
  const start = from + (isShort ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8));
  if (start > bytes.length) throw problem('its header is broken or cut off', SAVE_AGAIN);
  return { text: bytes.toString('latin1', from, start), start };
}

/** How an item of a type, as numpy writes it, is read; `bytes` is its length. Undefined for neither numbers nor text. */
export function itemReader(
  type: string,
): { readonly bytes: number; readonly read: ItemReader; readonly kind: string } | undefined {
  const [, order = '', kind = '', size = ''] = /^([<>|=]?)([a-zA-Z])(\d*)$/.exec(type) ?? [];
  const bytes = Number(size) * (kind === 'U' ? 4 : 1);
  const read = readerOf(kind, bytes, order !== '>');
  return read && { bytes, read, kind };
}

type ItemReader = (view: DataView, at: number) => number | string;

/** `undefined` for what holds neither numbers nor text. */
function readerOf(kind: string, bytes: number, isLittle: boolean): ItemReader | undefined {
  if (kind === 'U') return (view, at) => charactersAt(at, bytes / 4, (from) => view.getUint32(from, isLittle), 4);
  if (kind === 'S') return (view, at) => charactersAt(at, bytes, (from) => view.getUint8(from), 1);
  const readers: Readonly<Record<string, ItemReader>> = {
    b1: (view, at) => view.getUint8(at),
    i1: (view, at) => view.getInt8(at),
    u1: (view, at) => view.getUint8(at),
    i2: (view, at) => view.getInt16(at, isLittle),
    u2: (view, at) => view.getUint16(at, isLittle),
    i4: (view, at) => view.getInt32(at, isLittle),
    u4: (view, at) => view.getUint32(at, isLittle),
    i8: (view, at) => Number(view.getBigInt64(at, isLittle)),
    u8: (view, at) => Number(view.getBigUint64(at, isLittle)),
    f2: (view, at) => fromHalf(view.getUint16(at, isLittle)),
    f4: (view, at) => view.getFloat32(at, isLittle),
    f8: (view, at) => view.getFloat64(at, isLittle),
  };
  return readers[`${kind}${bytes}`];
}

/** Numpy fills text up with zeros. */
function charactersAt(at: number, count: number, codeAt: (at: number) => number, step: number): string {
  let text = '';
  for (let index = 0; index < count; index++) {
    const code = codeAt(at + index * step);
    if (code === 0) break;
    text += String.fromCodePoint(code);
  }
  return text;
}

/** Where the item of a place in C order lies in Fortran order: a list of the models' answers, transposed, is saved so. */
function columnMajor(shape: readonly number[]): (place: number) => number {
  return (place) => {
    let rest = place;
    const index = shape.toReversed().map((edge) => {
      const at = rest % edge;
      rest = (rest - at) / edge;
      return at;
    });
    // The first index, which is the last here, moves fastest.
    return index.reduce((sum, at, axis) => sum * shape[shape.length - 1 - axis]! + at, 0);
  };
}
