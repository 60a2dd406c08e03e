import { readFileSync } from 'node:fs';

/** An array of whole numbers as numpy saved it, C order. */
export type IntArray = { readonly shape: readonly number[]; readonly data: Int32Array };

const arrays = { '|i1': Int8Array, '<i2': Int16Array, '<i4': Int32Array };

/**
 * Reads an `.npy` file of int8, int16 or int32.
 *
 * @throws Error naming the file, what was found and the cure.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function readNpy(file: string): IntArray {
  const bytes = readFileSync(file);
  const problem = (found: string, cure: string) => new Error(`${file}: ${found}. ${cure}`);
  if (bytes.length < 12 || bytes.toString('latin1', 0, 6) !== '\x93NUMPY') {
    throw problem('not an .npy file', 'Save it with numpy.save.');
  }
  const isShort = bytes[6] === 1;
  const start = isShort ? 10 : 12;
  const bodyStart = start + (isShort ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8));
  const header = bytes.toString('latin1', start, bodyStart);
  const type = /'descr':\s*'([^']+)'/.exec(header)?.[1];
  const shape = /'shape':\s*\(([\d\s,]*)\)/.exec(header)?.[1]?.match(/\d+/g)?.map(Number);
  if (bodyStart > bytes.length || type === undefined || shape === undefined) {
    throw problem('its header is broken or cut off', 'Save it again with numpy.save.');
  }
  if (!(type in arrays)) {
    const found = type.startsWith('>') ? `big-endian numbers ("${type}")` : `numbers of type "${type}"`;
    throw problem(found, 'Save class indices as little-endian int8, int16 or int32, e.g. with .astype("<i2").');
  }
  if (/'fortran_order':\s*True/.test(header)) {
    throw problem('Fortran order', 'Save numpy.ascontiguousarray of it.');
  }
  const ArrayOfType = arrays[type as keyof typeof arrays];
  const length = shape.reduce((product, size) => product * size, 1);
  const expected = length * ArrayOfType.BYTES_PER_ELEMENT;
  if (bytes.length - bodyStart !== expected) {
    const found = `${bytes.length - bodyStart} bytes of data where the shape (${shape.join(', ')}) needs ${expected}`;
    throw problem(found, 'The file is cut off or damaged: copy it again.');
  }
  // Copied, because the data need not begin at a multiple of the element size.
  return { shape, data: Int32Array.from(new ArrayOfType(Uint8Array.from(bytes.subarray(bodyStart)).buffer)) };
}
