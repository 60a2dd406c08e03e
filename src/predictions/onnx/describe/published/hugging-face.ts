import type { Filter } from '../../pixels/coefficients.ts';
import type { OwnDescription } from '../model-description.ts';
import { type Said, sayingOf } from '../said.ts';
import { type Family, familyName, familyOf } from './hf-families.ts';
import { cutting, resizing } from './hf-geometry.ts';

/** A processor's file as it was parsed. Fields that are null are as good as absent: the class has its defaults. */
export type Processor = Readonly<Record<string, unknown>>;

/** Fields that change what a model sees in ways nothing here does. */
const NOT_DONE = [
  ...['size_divisor', 'max_num_patches', 'clusters', 'do_color_quantize', 'do_pad', 'do_thumbnail', 'do_crop_margin'],
  ...['do_align_long_axis', 'keep_aspect_ratio', 'do_grayscale', 'do_image_splitting', 'do_crop', 'do_flip', 'offset'],
] as const;

/**
 * What an image processor of Hugging Face's transformers does. All of it is said, so that nothing else is mixed in.
 *
 * @see https://huggingface.co/docs/transformers/main_classes/image_processor
 */
export function fromProcessor(from: string, processor: Processor, modelType: string | undefined): Said {
  const type = text(processor, 'image_processor_type') ?? text(processor, 'feature_extractor_type');
  const name = nameOf(processor, familyName(type, modelType));
  const family = familyOf(name);
  return sayingOf(
    from,
    [['width', 'height', 'mean', 'std'], () => refuseOthers(processor, name)],
    [['width', 'height', 'shortestEdge'], () => geometryOf(processor, name, family)],
    [['filter'], () => ({ filter: filterOf(processor.resample ?? family?.filter ?? 'bilinear') })],
    [['channels'], () => ({ channels: (flag(processor, 'do_flip_channel_order') ?? family?.isBgr) ? 'BGR' : 'RGB' })],
    [['mean', 'std'], () => valuesOf(processor, name, family)],
    // Its processors always feed the channels first, and its pipelines turn photos upright as they open them.
    [[], () => ({ layout: 'NCHW', upright: true })],
  );
}

/** Before processors had names, only that of ConvNeXt knew `crop_pct` and no crop of its own. */
function nameOf(processor: Processor, name: string): string {
  const isConvNext = name === '' && processor.crop_pct != null && processor.do_center_crop == null;
  return isConvNext ? 'convnext' : name;
}

function refuseOthers(processor: Processor, name: string): OwnDescription {
  for (const field of NOT_DONE) {
    const value = processor[field];
    if (value != null && value !== false) {
      throw new Error(`"${field}": ${JSON.stringify(value).slice(0, 60)} is nothing this program does`);
    }
  }
  // It cuts before it resizes.
  if (name === 'perceiver') throw new Error('"image_processor_type": Perceiver’s is nothing this program does');
  return {};
}

function geometryOf(processor: Processor, name: string, family: Family | undefined): OwnDescription {
  const isCutting = flag(processor, 'do_center_crop') ?? family?.isCutting ?? family?.crop !== undefined;
  const crop = isCutting ? cutting(processor.crop_size ?? family?.crop) : undefined;
  if (flag(processor, 'do_resize') === false) {
    if (crop) throw new Error('"do_resize" is off and "do_center_crop" on, so photos of other sizes are cut to pieces');
    // Photos are to come as large as the model's input is.
    return { shortestEdge: 0, stretchedTo: 0 };
  }
  const size = processor.size ?? family?.size;
  if (size === undefined) throw new Error('"size" is missing, and it is not known what such a processor has instead');
  const percent = number(processor, 'crop_pct') ?? family?.cropPercent;
  return resizing({ size, isByEdge: family?.isByEdge ?? false, crop, percent, name });
}

/** Pillow's numbers for its filters. */
const FILTERS: readonly Filter[] = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming'];

/** By Pillow's number, or by a name as `BICUBIC`, `Resampling.BICUBIC`, `InterpolationMode.BICUBIC`. */
function filterOf(resample: unknown): Filter {
  const name = String(resample).toLowerCase().split('.').at(-1)!;
  const filter = FILTERS[Number(name)] ?? FILTERS.find((known) => known === name);
  if (!filter) throw new Error(`"resample" is ${JSON.stringify(resample)}: Pillow has 0 to 5 (${FILTERS.join(', ')})`);
  return filter;
}

function valuesOf(processor: Processor, name: string, family: Family | undefined): OwnDescription {
  const isRescaling = flag(processor, 'do_rescale') ?? true;
  const scale = isRescaling ? (number(processor, 'rescale_factor') ?? 1 / 255) : 1;
  const offset = isRescaling && flag(processor, 'rescale_offset') ? 1 : 0;
  const stated = { mean: channels(processor, 'image_mean'), std: channels(processor, 'image_std') };
  const isNormalizing = flag(processor, 'do_normalize') ?? (family ? family.isNormalizing : undefined) ?? true;
  if (!isNormalizing) return { scale, mean: [offset], std: [1] };
  const { mean, std } = { mean: stated.mean ?? family?.mean, std: stated.std ?? family?.std };
  if (!mean || !std) {
    const field = mean ? 'image_std' : 'image_mean';
    throw new Error(`"do_normalize" is on, but nobody says how its pixels are normalized: "${field}" is missing`);
  }
  // This one divides by the deviation twice where the network ends in classes.
  const isTwice = name === 'efficientnet' && (flag(processor, 'include_top') ?? true);
  return {
    scale,
    mean: mean.map((value) => value + offset),
    std: isTwice ? std.map((value) => value ** 2) : [...std],
  };
}

function text(processor: Processor, field: string): string | undefined {
  const value = processor[field];
  return typeof value === 'string' ? value : undefined;
}

function flag(processor: Processor, field: string): boolean | undefined {
  const value = processor[field] ?? undefined;
  if (value === undefined || typeof value === 'boolean') return value;
  throw new Error(`"${field}" is ${JSON.stringify(value)}, neither true nor false`);
}

function number(processor: Processor, field: string): number | undefined {
  const value = processor[field] ?? undefined;
  if (value === undefined || (typeof value === 'number' && value > 0)) return value;
  throw new Error(`"${field}" is ${JSON.stringify(value)}, not a number above 0`);
}

/** One number, or one a channel. */
function channels(processor: Processor, field: string): number[] | undefined {
  const value = processor[field] ?? undefined;
  if (value === undefined) return undefined;
  const numbers: unknown[] = [value].flat();
  const isFine = [1, 3].includes(numbers.length) && numbers.every((item) => typeof item === 'number');
  if (!isFine || (field === 'image_std' && numbers.some((item) => !(Number(item) > 0)))) {
    throw new Error(
      `"${field}" is ${JSON.stringify(value)}, not one number or three${field === 'image_std' ? ' above 0' : ''}`,
    );
  }
  return numbers as number[];
}
