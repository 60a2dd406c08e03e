import { z } from 'zod';
import type { OwnDescription } from './model-description.ts';

/** What timm writes into `config.json` about the images a network was trained with. */
export const TimmConfig = z.object({
  input_size: z.tuple([z.int(), z.int(), z.int()]),
  mean: z.array(z.number()).length(3),
  std: z.array(z.number()).length(3),
  interpolation: z.enum(['bilinear', 'bicubic', 'lanczos', 'nearest', 'box', 'hamming']).default('bicubic'),
  crop_pct: z.number().positive().default(0.875),
  crop_mode: z.enum(['center', 'squash']).default('center'),
});

/** @see https://github.com/huggingface/pytorch-image-models/blob/main/timm/data/transforms_factory.py */
export function fromTimm({ input_size, crop_pct, crop_mode, interpolation, mean, std }: z.infer<typeof TimmConfig>) {
  const [, height, width] = input_size;
  const edge = Math.floor(Math.min(width, height) / crop_pct);
  return {
    ...{ width, height, mean, std, filter: interpolation },
    ...(crop_mode === 'center' ? { shortestEdge: edge } : { shortestEdge: 0, stretchedTo: edge }),
    upright: false,
    scale: 1 / 255,
  } satisfies OwnDescription;
}
