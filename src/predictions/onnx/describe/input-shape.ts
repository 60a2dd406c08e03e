import type { OwnDescription } from './model-description.ts';
import type { OnnxHeader, TensorInfo } from './onnx-file.ts';

/** What the dimensions of an input mean; `undefined` where they are left open. */
export type InputShape = {
  readonly layout: 'NCHW' | 'NHWC';
  /** Where the file fixes them. */
  readonly channelCount: 1 | 3 | undefined;
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** Images a run must have; 0 = any number. */
  readonly batch: number;
};

type Dimension = number | string;

/** @throws where the model takes anything but one batch of images. */
export function imageInput({ inputs }: OnnxHeader): TensorInfo & { shape: Dimension[] } {
  const [input, ...others] = inputs;
  if (!input || others.length > 0) {
    const names = inputs.map(({ name }) => `"${name}"`).join(', ');
    throw new Error(`it takes ${inputs.length} inputs${names && ` (${names})`}; an image classifier takes one`);
  }
  const { name, shape } = input;
  if (shape?.length !== 4) {
    throw new Error(
      `its input "${name}" has the shape [${shape?.join(', ') ?? 'unknown'}]; images need four dimensions`,
    );
  }
  return { ...input, shape };
}

/** Names that exporters give to the dimension of the channels. */
const CHANNELS = /^(num_?)?(input_?)?(c|ch|channels?)$/i;

/**
 * What the input's dimensions mean. The file's own numbers count first: only 1 or 3 can be channels. Where they leave it
 * open, the description says it, or the dimensions' names.
 *
 * @throws when nobody can tell where the channels are, or there is another number of them.
 */
export function inputShape(shape: readonly Dimension[], said: OwnDescription['layout']): InputShape {
  const [first, second, , last] = shape as [Dimension, Dimension, Dimension, Dimension];
  const [isFirst, isLast] = [isChannels(second), isChannels(last)];
  if (!mayBeChannels(second) && !mayBeChannels(last)) {
    throw new Error(`its input [${shape.join(', ')}] has neither one nor three channels`);
  }
  const seen = isFirst !== isLast ? nchwIf(isFirst) : onlyPossible(second, last);
  const layout = seen ?? said ?? named(second, last);
  if (!layout) {
    throw new Error(
      `the dimensions [${shape.join(', ')}] of its input do not say where the channels are: say "layout" (NCHW or NHWC) in a modelpicker.json beside it`,
    );
  }
  const [channels, height, width] = layout === 'NCHW' ? shape.slice(1) : [last, shape[1], shape[2]];
  return {
    layout,
    channelCount: isChannels(channels!) ? (channels as 1 | 3) : undefined,
    width: numberIn(width),
    height: numberIn(height),
    batch: numberIn(first) ?? 0,
  };
}

function isChannels(dimension: Dimension): boolean {
  return dimension === 1 || dimension === 3;
}

function mayBeChannels(dimension: Dimension): boolean {
  return typeof dimension === 'string' || isChannels(dimension);
}

function onlyPossible(second: Dimension, last: Dimension): InputShape['layout'] | undefined {
  const [isFirst, isLast] = [mayBeChannels(second), mayBeChannels(last)];
  return isFirst === isLast ? undefined : nchwIf(isFirst);
}

function named(second: Dimension, last: Dimension): InputShape['layout'] | undefined {
  const [isFirst, isLast] = [CHANNELS.test(String(second)), CHANNELS.test(String(last))];
  return isFirst === isLast ? undefined : nchwIf(isFirst);
}

function nchwIf(isFirst: boolean): InputShape['layout'] {
  return isFirst ? 'NCHW' : 'NHWC';
}

function numberIn(dimension: Dimension | undefined): number | undefined {
  return typeof dimension === 'number' ? dimension : undefined;
}
