/** Memory of the loops in WebAssembly: one for all, so that what one has decoded the other resizes where it lies. */
export const memory = new WebAssembly.Memory({ initial: 1 });

/** What jpeg.wat has at the start. */
export const CONSTANT_BYTES = 128;

/** What loops may read and write beyond an end. */
const SPARE_BYTES = 32;

let keptUpTo = CONSTANT_BYTES;

/** What lies before `end` is left alone from now on, until the next image is decoded. */
export function keep(end: number): void {
  keptUpTo = end;
}

/** Where areas of these sizes lie, from the first byte that is not kept on. They serve until the next call. */
export function layOut(...sizes: readonly number[]): number[] {
  let end = 16 * Math.ceil(keptUpTo / 16);
  const places = sizes.map((size) => {
    const place = end;
    end = 16 * Math.ceil((end + size + SPARE_BYTES) / 16);
    return place;
  });
  reserve(end);
  return places;
}

/** Memory grows to hold as many bytes, by which views of it that were made before become empty. */
export function reserve(bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65_536));
}
