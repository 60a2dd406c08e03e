import type { Filter } from '../pixels/coefficients.ts';
import type { OwnDescription } from './model-description.ts';
import { ELEMENT_TYPES, type OnnxHeader, type TensorInfo } from './onnx-file.ts';

/** Which pixels a model sees: models with equal framings share one resized image. */
export type Framing = {
  readonly width: number;
  readonly height: number;
  /** The shorter edge is resized to this and the middle cut; 0 stretches the image. */
  readonly shortestEdge: number;
  /** Where the image is stretched: to a square of this size, and the middle cut; 0 stretches it to its whole size. */
  readonly stretchedTo: number;
  readonly filter: Filter;
  readonly upright: boolean;
};

/** Everything needed to run a model: what it is fed and what is read from it. */
export type ModelSpec = {
  readonly framing: Framing;
  readonly input: string;
  readonly elementType: 'float32' | 'float16' | 'uint8';
  readonly layout: 'NCHW' | 'NHWC';
  /** Images a run must have; 0 = any number. */
  readonly batch: number;
  readonly isBgr: boolean;
  /** Per channel, of values multiplied by `scale`. */
  readonly scale: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly output: string;
  readonly classes: readonly string[] | undefined;
};

/**
 * Puts together what is said about a model and what its file declares.
 *
 * @throws with what is missing and where to say it.
 */
export function specOf(header: OnnxHeader, description: OwnDescription): ModelSpec {
  const input = onlyInput(header);
  const { layout, batch, width, height } = dimensionsOf(input, description);
  const elementType = ELEMENT_TYPES.get(input.elementType);
  if (elementType !== 'float32' && elementType !== 'float16' && elementType !== 'uint8') {
    throw new Error(`its input "${input.name}" holds neither float32, float16 nor uint8`);
  }
  const { mean, std, scale } = description;
  if (elementType !== 'uint8' && !(mean && std)) {
    throw new Error(
      'nobody says how its pixels are normalized: put mean and std into "descriptions" in the settings, or a preprocessor_config.json beside it',
    );
  }
  const filter = description.filter ?? 'bilinear';
  const { shortestEdge = 0, stretchedTo = 0 } = description;
  const edge = shortestEdge || stretchedTo;
  if (edge > 0 && edge < Math.max(width, height)) {
    throw new Error(`its crop of ${width} × ${height} is larger than the shorter edge of ${edge} it is cut from`);
  }
  return {
    framing: { width, height, shortestEdge, stretchedTo, filter, upright: description.upright ?? false },
    input: input.name,
    elementType,
    layout,
    batch,
    isBgr: description.channels === 'BGR',
    scale: scale ?? 1 / 255,
    mean: mean ?? [0, 0, 0],
    std: std ?? [1, 1, 1],
    output: outputOf(header, description.output),
    classes: description.classes,
  };
}

function onlyInput({ inputs }: OnnxHeader): TensorInfo {
  const [input, ...others] = inputs;
  if (!input || others.length > 0) throw new Error(`it takes ${inputs.length} inputs; an image classifier takes one`);
  return input;
}

function dimensionsOf({ name, shape }: TensorInfo, description: OwnDescription) {
  if (shape?.length !== 4) {
    throw new Error(
      `its input "${name}" has the shape [${shape?.join(', ') ?? 'unknown'}]; images need four dimensions`,
    );
  }
  const [first, second, , last] = shape;
  const layout = description.layout ?? (second === 3 ? 'NCHW' : last === 3 ? 'NHWC' : undefined);
  if (!layout) {
    throw new Error(`none of the dimensions [${shape.join(', ')}] of its input is 3: say "layout" in its description`);
  }
  const [declaredHeight, declaredWidth] = layout === 'NCHW' ? [shape[2], shape[3]] : [shape[1], shape[2]];
  const width = sizeOf(declaredWidth, description.width);
  const height = sizeOf(declaredHeight, description.height);
  if (!width || !height) throw new Error('its input size is open: say "width" and "height" in its description');
  return { layout, width, height, batch: typeof first === 'number' && first > 0 ? first : 0 };
}

/** What the file fixes counts; where it leaves the size open, the description says it. */
function sizeOf(declared: number | string | undefined, described: number | undefined): number | undefined {
  return typeof declared === 'number' && declared > 0 ? declared : described;
}

function outputOf({ outputs }: OnnxHeader, wanted: string | undefined): string {
  const names = outputs.map(({ name }) => name);
  if (wanted !== undefined) {
    if (names.includes(wanted)) return wanted;
    throw new Error(`it has no output "${wanted}", only: ${names.join(', ')}`);
  }
  if (!names[0]) throw new Error('it has no output');
  return names[0];
}
