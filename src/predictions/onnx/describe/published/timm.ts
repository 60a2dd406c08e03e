import { z } from 'zod';
import type { OwnDescription } from '../model-description.ts';
import { type Said, sayingOf } from '../said.ts';

const Channels = z.union([z.number().transform((value) => [value]), z.array(z.number())]);

/** What timm writes about the images a network was trained with; the defaults are its own. */
const TimmConfig = z.object({
  input_size: z
    .array(z.int().positive())
    .length(3)
    .nullish()
    .transform((size) => size ?? [3, 224, 224]),
  mean: Channels.nullish().transform((mean) => mean ?? [0.485, 0.456, 0.406]),
  std: Channels.nullish().transform((std) => std ?? [0.229, 0.224, 0.225]),
  interpolation: z
    .enum(['bilinear', 'bicubic', 'lanczos', 'nearest', 'box', 'hamming'])
    .nullish()
    .transform((filter) => filter ?? 'bicubic'),
  crop_pct: z
    .number()
    .positive()
    .nullish()
    .transform((share) => share ?? 0.875),
  crop_mode: z
    .enum(['center', 'squash'])
    .nullish()
    .transform((mode) => mode ?? 'center'),
});
type TimmConfig = z.infer<typeof TimmConfig>;

/**
 * What timm's `pretrained_cfg` says. `fixed` is the size the file was exported with, which the edge follows.
 *
 * @see https://github.com/huggingface/pytorch-image-models/blob/main/timm/data/transforms_factory.py
 */
export function fromTimm(from: string, config: unknown, fixed: { width?: number; height?: number }): Said {
  const found = TimmConfig.safeParse(config);
  const about = ['mean', 'std', 'width', 'height'] as const;
  return sayingOf(from, [about, () => (found.success ? describe(found.data, fixed) : refuse(found.error))]);
}

function refuse(error: z.ZodError): never {
  const [issue] = error.issues;
  throw new Error(`timm’s "${issue?.path.join('.')}" is not understood (${issue?.message})`);
}

function describe(
  { input_size, crop_pct, crop_mode, interpolation, mean, std }: TimmConfig,
  fixed: object,
): OwnDescription {
  const [channels, height, width] = input_size as [number, number, number];
  const size = { width, height, ...fixed };
  const [edge, other] = [Math.floor(size.width / crop_pct), Math.floor(size.height / crop_pct)];
  if (crop_mode === 'center' && edge !== other)
    throw new Error('timm’s "input_size" is not square, which is not understood');
  return {
    ...{ ...size, mean, std, filter: interpolation, scale: 1 / 255 },
    ...(crop_mode === 'center'
      ? { shortestEdge: edge, stretchedTo: 0 }
      : { shortestEdge: 0, stretchedTo: [edge, other] as [number, number] }),
    ...{ cropStart: 'even' as const, upright: false, layout: 'NCHW' as const },
    channels: channels === 1 ? 'gray' : 'RGB',
  };
}
