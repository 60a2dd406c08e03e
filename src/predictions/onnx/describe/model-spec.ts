import { beyondCpu, type Provider } from '../devices/provider.ts';
import type { Filter } from '../pixels/coefficients.ts';
import { type InputShape, imageInput, inputShape } from './input-shape.ts';
import type { OwnDescription } from './model-description.ts';
import { ELEMENT_TYPES, type OnnxHeader } from './onnx-file.ts';
import { pixelValues } from './pixel-values.ts';
import type { Merged } from './said.ts';

/** Which pixels a model sees: models with equal framings share one resized image. */
export type Framing = {
  readonly width: number;
  readonly height: number;
  /** The shorter edge is resized to this and the middle cut; 0 stretches the image. */
  readonly shortestEdge: number;
  /** Where the image is stretched: to this width and height, and the middle cut. */
  readonly stretchedTo: readonly [width: number, height: number];
  /** Where the cut begins when it does not fall on a whole pixel. */
  readonly cropStart: 'floor' | 'even';
  readonly filter: Filter;
  readonly upright: boolean;
};

/** What a model is fed. */
export type InputSpec = {
  readonly framing: Framing;
  readonly input: string;
  readonly elementType: 'float32' | 'float16' | 'uint8';
  readonly layout: 'NCHW' | 'NHWC';
  /** Images a run must have; 0 = any number. */
  readonly batch: number;
  /** It scales its numbers by what it finds in all images of a run: it is shown one image at a time. */
  readonly alone?: true;
  readonly channelCount: 1 | 3;
  readonly channels: 'RGB' | 'BGR' | 'gray';
  readonly scale: number;
  /** Per channel, of values multiplied by `scale`. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** What it runs on, best first; absent for the processor alone. Answers differ in their last digits, so this is part of what they are of. */
  readonly providers?: readonly Provider[];
};

/** Everything needed to run a model: what it is fed and what is read from it. */
export type ModelSpec = InputSpec & {
  readonly output: string;
  /** One number is the second of two classes: a probability, or a logit. */
  readonly single: 'probability' | 'logit' | undefined;
  /** Names in the order of the output's numbers, as in the label set. */
  readonly classes: readonly string[];
};

/** Who said what a model is fed, for people. */
export type InputSources = { readonly size: string; readonly order: string; readonly values: string };

/** Of a block: 8 images are run at once. Larger inputs than this are those of no classifier. */
const INPUT_BYTES_MAX = 160e6;
const RUN_SIZE = 8;
const BATCH_MAX = 256;

/**
 * Puts together what is said about a model and what its file declares.
 *
 * @throws with what is missing and where to say it.
 */
export function inputSpecOf(
  header: OnnxHeader,
  { description, saidBy }: Merged,
): { spec: InputSpec; sources: InputSources } {
  const input = imageInput(header);
  const shape = inputShape(input.shape, description.layout);
  const elementType = ELEMENT_TYPES.get(input.elementType);
  if (elementType !== 'float32' && elementType !== 'float16' && elementType !== 'uint8') {
    throw new Error(`its input "${input.name}" holds neither float32, float16 nor uint8: export it with one of these`);
  }
  const channelCount = shape.channelCount ?? (description.channels === 'gray' ? 1 : 3);
  const { layout, batch } = shape;
  const providers = beyondCpu(description.providers);
  const spec: InputSpec = {
    ...{ framing: framingOf(shape, description), input: input.name, elementType, layout, batch, channelCount },
    ...(header.scalesByRun && { alone: true }),
    channels: channelCount === 1 ? 'gray' : (description.channels ?? 'RGB'),
    ...(elementType === 'uint8' ? rawValues(channelCount) : floatValues(description, channelCount)),
    ...(providers && { providers }),
  };
  refuseHuge(spec);
  const size = shape.width ? 'the file' : saidBy.width!;
  const geometry = [saidBy.shortestEdge ?? saidBy.stretchedTo, saidBy.filter].map((from) => from ?? 'assumed');
  return {
    spec,
    sources: {
      size: [...new Set([size, ...geometry])].join(', '),
      order: channelCount === 1 ? 'the file' : (saidBy.channels ?? 'assumed'),
      values: elementType === 'uint8' ? 'the file' : [...new Set([saidBy.mean!, saidBy.std!])].join(', '),
    },
  };
}

function framingOf({ width: fixedWidth, height: fixedHeight }: InputShape, description: OwnDescription): Framing {
  // What the file fixes counts; where it leaves the size open, the description says it.
  const width = fixedWidth ?? description.width;
  const height = fixedHeight ?? description.height;
  if (!width || !height) throw new Error('its input size is open: say "width" and "height" in its description');
  const { stretchedTo: stretched = 0, filter = 'bilinear', upright = false, cropStart = 'even' } = description;
  const shortestEdge = scaled(description.shortestEdge ?? 0, width, description.width);
  const [wide, high] = typeof stretched === 'number' ? [stretched, stretched] : stretched;
  const whole: [number, number] = [scaled(wide, width, description.width), scaled(high, height, description.height)];
  const stretchedTo: [number, number] = wide === 0 ? [width, height] : whole;
  const [across, down] = shortestEdge > 0 ? [shortestEdge, shortestEdge] : stretchedTo;
  if (across < width || down < height) {
    throw new Error(
      `its crop of ${width} × ${height} is larger than the ${shortestEdge > 0 ? `shorter edge of ${across}` : `${across} × ${down}`} it is cut from: say "shortestEdge" in a modelpicker.json beside it`,
    );
  }
  return { width, height, shortestEdge, stretchedTo, cropStart, filter, upright };
}

/** The edge of another size than the file was exported with grows or shrinks with it. */
function scaled(edge: number, fixed: number, described: number | undefined): number {
  return described === undefined || described === fixed ? edge : Math.floor((edge * fixed) / described);
}

function rawValues(count: 1 | 3): Pick<InputSpec, 'scale' | 'mean' | 'std'> {
  return { scale: 1, mean: Array(count).fill(0), std: Array(count).fill(1) };
}

function floatValues(description: OwnDescription, count: 1 | 3): Pick<InputSpec, 'scale' | 'mean' | 'std'> {
  const { mean, std } = description;
  if (!mean || !std) {
    throw new Error(
      'nobody says how its pixels are normalized: put mean and std into "descriptions" in the settings, or a preprocessor_config.json beside it',
    );
  }
  return pixelValues({ ...description, mean, std }, count);
}

/** A number that is a mistake must not cost the others their memory. */
function refuseHuge({ framing: { width, height }, batch }: InputSpec): void {
  const bytes = (RUN_SIZE + batch) * width * height * 3 * 4;
  if (batch > BATCH_MAX || bytes > INPUT_BYTES_MAX) {
    throw new Error(
      `its input of ${batch || 'any number of'} images of ${width} × ${height} is larger than any classifier’s`,
    );
  }
}
