import { type OwnDescription, OwnDescription as Shape } from '../model-description.ts';
import { type Part, type Said, sayingOf } from '../said.ts';
import { parseJsonOrPython } from './python-literal.ts';

/** What a number of the image becomes, by the name ONNX has for the range. */
const RANGES: Readonly<Record<string, OwnDescription>> = {
  NominalRange_0_255: { scale: 1, mean: [0], std: [1] },
  Normalized_0_1: { scale: 1 / 255, mean: [0], std: [1] },
  Normalized_1_1: { scale: 1 / 255, mean: [0.5], std: [0.5] },
  NominalRange_16_235: { scale: 219 / 255, mean: [-16], std: [1] },
};

const ORDERS: Readonly<Record<string, OwnDescription>> = {
  ...{ Rgb8: { channels: 'RGB' }, Bgr8: { channels: 'BGR' }, Gray8: { channels: 'gray' } },
};

/**
 * ONNX's own words about images, as Azure Custom Vision and Windows' tools write them.
 *
 * @see https://github.com/onnx/onnx/blob/main/docs/MetadataProps.md
 */
export function fromImageMetadata(metadata: ReadonlyMap<string, string>): Said {
  const parts: [string, Part[0], Readonly<Record<string, OwnDescription>>][] = [
    ['Image.BitmapPixelFormat', ['channels'], ORDERS],
    ['Image.NominalPixelRange', ['mean', 'std'], RANGES],
    // Light as it is and not as it is stored: no decoder here gives that.
    ['Image.ColorSpaceGamma', ['mean', 'std'], { SRGB: {} }],
  ];
  return sayingOf(
    'the file’s metadata (Image.*)',
    ...parts.map(([key, about, known]): Part => [about, () => lookUp(key, metadata.get(key), known)]),
  );
}

function lookUp(
  key: string,
  value: string | undefined,
  known: Readonly<Record<string, OwnDescription>>,
): OwnDescription {
  if (value === undefined) return {};
  const found = Object.keys(known).find((name) => name.toLowerCase() === value.trim().toLowerCase());
  if (found) return known[found]!;
  throw new Error(`"${key}" is ${value}; known are ${Object.keys(known).join(', ')}`);
}

/** Where a word is nobody else's: a value that does not fit is a mistake. */
const OURS: ReadonlySet<string> = new Set(['mean', 'std']);

/** The fields of our own lines, as JSON, as Python has it, or plain; what does not fit is mostly not for us. */
export function fromOwnMetadata(metadata: ReadonlyMap<string, string>): Said {
  const fields = Object.keys(Shape.shape) as (keyof OwnDescription)[];
  return sayingOf(
    'the file’s metadata',
    ...fields.map((field): Part => [[field], () => readField(field, metadata.get(field))]),
  );
}

function readField(field: keyof OwnDescription, text: string | undefined): OwnDescription {
  if (text === undefined) return {};
  const readings = [parsed(text), parsed(`[${text}]`), text].filter((value) => value !== undefined);
  const fitting = readings.map((value) => Shape.safeParse({ [field]: value })).find(({ success }) => success);
  if (!fitting && OURS.has(field)) throw new Error(`"${field}" is ${text}, not one number or three`);
  return fitting?.data ?? {};
}

function parsed(text: string): unknown {
  try {
    return parseJsonOrPython(text);
  } catch {
    return undefined;
  }
}
