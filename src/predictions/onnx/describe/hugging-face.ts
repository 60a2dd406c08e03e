import { z } from 'zod';
import type { Filter } from '../pixels/coefficients.ts';
import type { OwnDescription } from './model-description.ts';

const Sides = z.union([
  z.int(),
  z.object({ shortest_edge: z.int() }).transform(({ shortest_edge }) => ({ shortest: shortest_edge })),
  z.object({ width: z.int(), height: z.int() }),
]);
type Sides = z.infer<typeof Sides>;

/** @see https://huggingface.co/docs/transformers/main_classes/image_processor */
export const Preprocessor = z.object({
  image_processor_type: z.string().optional(),
  /** What it was called before. */
  feature_extractor_type: z.string().optional(),
  do_resize: z.boolean().nullish().transform(orTrue),
  size: Sides.nullish(),
  crop_pct: z.number().positive().nullish(),
  resample: z.int().nullish(),
  do_center_crop: z.boolean().nullish(),
  crop_size: Sides.nullish(),
  do_rescale: z.boolean().nullish().transform(orTrue),
  rescale_factor: z.number().default(1 / 255),
  rescale_offset: z.boolean().nullish(),
  do_normalize: z.boolean().nullish().transform(orTrue),
  image_mean: z.array(z.number()).length(3).nullish(),
  image_std: z.array(z.number()).length(3).nullish(),
  include_top: z.boolean().nullish().transform(orTrue),
  do_flip_channel_order: z.boolean().nullish(),
});
type Preprocessor = z.infer<typeof Preprocessor>;

/** Pillow's numbers for its filters. */
const FILTERS: readonly Filter[] = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming'];

/** Those that read a plain number as the shorter edge; the others stretch to a square. */
const SHORTENING = /^(CLIP|SigLIP|ConvNext|MobileNet|MobileViT|Levit|PoolFormer|Bit|ViTHybrid|EfficientFormer)/i;

/** What an image processor of Hugging Face's transformers does. All of it is said, so that nothing else is mixed in. */
export function fromPreprocessor(processor: Preprocessor): OwnDescription {
  const kind = processor.image_processor_type ?? processor.feature_extractor_type ?? '';
  const filter = FILTERS[processor.resample ?? 2];
  if (!filter) throw new Error(`preprocessor_config.json asks for a filter that Pillow has not: ${processor.resample}`);
  return {
    ...(processor.do_resize ? resizing(processor, kind) : {}),
    filter,
    // Its pipelines turn photos upright as they open them.
    upright: true,
    channels: processor.do_flip_channel_order ? 'BGR' : 'RGB',
    ...normalizing(processor, kind),
  };
}

function resizing({ size, crop_size, crop_pct, do_center_crop }: Preprocessor, kind: string): OwnDescription {
  if (size == null) return {};
  const isConvNext = /^ConvNext/i.test(kind) || (kind === '' && crop_pct != null && do_center_crop == null);
  const shortest = shortestOf(size, isConvNext || SHORTENING.test(kind));
  const square = typeof size === 'number' ? size : 'width' in size ? size.width : size.shortest;
  if (shortest === undefined) {
    const cropped = do_center_crop && crop_size != null ? framingOf(crop_size) : undefined;
    return { ...(cropped ?? framingOf(size)), shortestEdge: 0, ...(cropped && { stretchedTo: square }) };
  }
  // Large ones are stretched as they are.
  if (isConvNext && shortest >= 384) return { ...framingOf(shortest), shortestEdge: 0 };
  const percent = crop_pct ?? (isConvNext || /^Levit/i.test(kind) ? 224 / 256 : 1);
  const framing = framingOf((do_center_crop ? crop_size : undefined) ?? shortest);
  return { ...framing, shortestEdge: Math.trunc(shortest / percent) };
}

function shortestOf(size: Sides, isShortening: boolean): number | undefined {
  if (typeof size === 'number') return isShortening ? size : undefined;
  return 'shortest' in size ? size.shortest : undefined;
}

function framingOf(size: Sides): { width: number; height: number } {
  if (typeof size === 'object' && 'width' in size) return { width: size.width, height: size.height };
  const side = typeof size === 'number' ? size : size.shortest;
  return { width: side, height: side };
}

function normalizing(processor: Preprocessor, kind: string): OwnDescription {
  const { do_rescale, rescale_factor, rescale_offset, do_normalize, image_mean, image_std, include_top } = processor;
  const offset = do_rescale && rescale_offset ? 1 : 0;
  const scale = do_rescale ? rescale_factor : 1;
  if (!do_normalize) return { scale, mean: [offset, offset, offset], std: [1, 1, 1] };
  // Each processor has its own defaults: better none than a wrong one.
  if (!image_mean || !image_std) return { scale };
  // This one divides by the deviation twice where the network ends in classes.
  const isTwice = /^EfficientNet/i.test(kind) && include_top;
  return {
    scale,
    mean: image_mean.map((value) => value + offset),
    std: isTwice ? image_std.map((value) => value ** 2) : image_std,
  };
}

function orTrue(value: boolean | null | undefined): boolean {
  return value ?? true;
}
