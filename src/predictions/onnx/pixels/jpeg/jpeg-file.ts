/** A component's planes are once or twice as wide and high as those of the coarsest; `quantization` and the tables by number. */
export type Component = {
  readonly id: number;
  readonly across: number;
  readonly down: number;
  readonly quantization: number;
  first: number;
  others: number;
};

/** How long codes of a kind are, `counts[length - 1]` of each, and what they stand for. */
export type Codes = { readonly counts: Uint8Array; readonly symbols: Uint8Array };

/** The parts of a JPEG that its pixels are made of. */
export type JpegFile = {
  readonly width: number;
  readonly height: number;
  readonly components: readonly Component[];
  /** By number, 64 factors each in the order of the file. */
  readonly quantizations: readonly (Uint8Array | undefined)[];
  /** By number: of the first value of each block, and of the others. */
  readonly firsts: readonly (Codes | undefined)[];
  readonly others: readonly (Codes | undefined)[];
  /** Where the stream of the pixels starts. */
  readonly streamAt: number;
};

type JpegParts = {
  width: number;
  height: number;
  components: Component[];
  quantizations: (Uint8Array | undefined)[];
  firsts: (Codes | undefined)[];
  others: (Codes | undefined)[];
};

/**
 * The parts of a JPEG of the usual kind: one scan of all components, 8 bits, Huffman codes, brightness and two differences of color or
 * gray alone. `undefined` where it is of another kind, or anything about it is odd: such a file may be whole nevertheless.
 */
export function jpegFile(bytes: Buffer): JpegFile | undefined {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return undefined;
  const heading: JpegParts = { width: 0, height: 0, components: [], quantizations: [], firsts: [], others: [] };
  for (let at = 2; at + 4 <= bytes.length; ) {
    const marker = bytes.readUInt16BE(at);
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    const segment = bytes.subarray(at + 4, end);
    if (end < at + 4 || end >= bytes.length) return undefined;
    if (marker === 0xffda) return readScan(segment, heading) ? { ...heading, streamAt: end } : undefined;
    if (!readSegment(marker, segment, heading)) return undefined;
    at = end;
  }
  return undefined;
}

/** Whether it is understood. */
function readSegment(marker: number, segment: Buffer, heading: JpegParts): boolean {
  if (marker === 0xffdb) return readQuantizations(segment, heading);
  if (marker === 0xffc4) return readCodes(segment, heading);
  if (marker === 0xffc0 || marker === 0xffc1) return readFrame(segment, heading);
  // Adobe's says how colors are meant.
  if (marker === 0xffee) return !segment.toString('latin1').startsWith('Adobe');
  return (marker >= 0xffe0 && marker <= 0xffef) || marker === 0xfffe;
}

function readQuantizations(segment: Buffer, { quantizations }: JpegParts): boolean {
  for (let at = 0; at < segment.length; at += 65) {
    // A number above 3 has two bytes a factor.
    if (segment[at]! > 3 || at + 65 > segment.length) return false;
    quantizations[segment[at]!] = segment.subarray(at + 1, at + 65);
  }
  return true;
}

function readCodes(segment: Buffer, { firsts, others }: JpegParts): boolean {
  for (let at = 0; at < segment.length; ) {
    if (at + 17 > segment.length) return false;
    const [kind, number] = [segment[at]! >> 4, segment[at]! & 15];
    const counts = segment.subarray(at + 1, at + 17);
    const count = counts.reduce((sum, codes) => sum + codes, 0);
    const symbols = segment.subarray(at + 17, at + 17 + count);
    at += 17 + count;
    if (kind > 1 || number > 3 || count > 256 || at > segment.length) return false;
    (kind === 0 ? firsts : others)[number] = { counts, symbols };
  }
  return true;
}

/** How finely brightness is divided; the differences of color are as coarse as can be. Gray has neither. */
const FINENESS = ['1x1', '2x1', '2x2'];

function readFrame(segment: Buffer, heading: JpegParts): boolean {
  const count = segment[5] ?? 0;
  if (heading.width > 0 || segment.length !== 6 + 3 * count || segment[0] !== 8) return false;
  heading.height = segment.readUInt16BE(1);
  heading.width = segment.readUInt16BE(3);
  for (let at = 6; at < segment.length; at += 3) {
    const [id, fineness, quantization] = [segment[at]!, segment[at + 1]!, segment[at + 2]!];
    heading.components.push({ id, across: fineness >> 4, down: fineness & 15, quantization, first: 0, others: 0 });
  }
  const [light, ...colors] = heading.components.map(({ across, down }) => `${across}x${down}`);
  // Other numbers may mean other colors.
  const isNumbered = count === 1 || heading.components.every(({ id }, index) => id === index + 1);
  const isUsual = count === 1 ? light === '1x1' : count === 3 && FINENESS.includes(light!);
  return heading.width > 0 && heading.height > 0 && isNumbered && isUsual && colors.every((color) => color === '1x1');
}

/** Whether it is the one scan of all that there is. */
function readScan(segment: Buffer, { components, quantizations, firsts, others }: JpegParts): boolean {
  const count = components.length;
  if (count === 0 || segment.length !== 4 + 2 * count || segment[0] !== count) return false;
  for (const [index, component] of components.entries()) {
    if (segment[1 + 2 * index] !== component.id) return false;
    component.first = segment[2 + 2 * index]! >> 4;
    component.others = segment[2 + 2 * index]! & 15;
    const { first, others: rest, quantization } = component;
    if (!firsts[first] || !others[rest] || !quantizations[quantization]) return false;
  }
  const [start, end, fineness] = segment.subarray(1 + 2 * count);
  return start === 0 && end === 63 && fineness === 0;
}
