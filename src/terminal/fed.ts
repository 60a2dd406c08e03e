import type { PoolModel } from '../predictions/onnx/describe/described-model.ts';
import type { Framing } from '../predictions/onnx/describe/model-spec.ts';
import { fedRange, rounded } from '../predictions/onnx/describe/pixel-values.ts';

/** Class names in a line before the rest is only counted. */
const NAMES_MAX = 6;

/** What a model is fed and what is read from it, and who says so: a line each for size, order, numbers and answers. */
export function describeFed({ spec, saidBy }: PoolModel): string[] {
  const { framing, layout, elementType, channels, channelCount, batch, classes } = spec;
  const order = channels === 'gray' && channelCount === 3 ? 'gray three times' : channels;
  const more = classes.length > NAMES_MAX ? ` and ${classes.length - NAMES_MAX} more` : '';
  return [
    `  size     ${pixels(framing)} (${saidBy.size})`,
    `  order    ${order}, ${layout}, ${elementType}, ${batch === 0 ? 'any batch' : `batch ${batch}`} (${saidBy.order})`,
    `  numbers  ${numbers(spec)} (${saidBy.values})`,
    `  answers  "${spec.output}" for ${classes.slice(0, NAMES_MAX).join(', ')}${more} (${saidBy.classes ?? 'the label set'})`,
  ];
}

function pixels({ width, height, shortestEdge, stretchedTo, filter, upright }: Framing): string {
  const [across, down] = stretchedTo;
  const isCut = shortestEdge > 0 || across !== width || down !== height;
  const whole = shortestEdge > 0 ? `shorter edge resized to ${shortestEdge}` : `stretched to ${across} x ${down}`;
  const how = isCut ? `the middle of it, ${whole}` : 'stretched';
  return `${width} x ${height}, ${how}, ${filter}, ${upright ? 'turned upright' : 'as it lies'}`;
}

function numbers({ scale, mean, std, elementType }: PoolModel['spec']): string {
  const { from, to } = fedRange({ scale, mean, std });
  const each = (values: readonly number[]) =>
    [...new Set(values)].length === 1 ? rounded(values[0]!) : values.map(rounded).join(' ');
  const range = `${rounded(from)} to ${rounded(to)}`;
  if (elementType === 'uint8') return `${range}, as they are`;
  const scaling =
    scale === 1
      ? ', of values from 0 to 255'
      : Math.abs(scale * 255 - 1) < 1e-6
        ? ', of values from 0 to 1'
        : `, of values times ${rounded(scale)}`;
  return `${range}: mean ${each(mean)}, std ${each(std)}${scaling}`;
}
