import { z } from 'zod';

const Channels = z.array(z.number()).length(3);

/**
 * How a model wants its images, in a few lines: in the settings file, or as `modelpicker.json` beside the model. What is
 * left out comes from the model's own files, where they say so.
 */
const fields = {
  /** Order of the input's dimensions; otherwise seen from its shape. */
  layout: z.enum(['NCHW', 'NHWC']).optional(),
  width: z.int().min(1).max(4096).optional(),
  height: z.int().min(1).max(4096).optional(),
  /** Per channel, of values already multiplied by `scale`: (x * scale - mean) / std. */
  mean: Channels.optional(),
  std: Channels.optional(),
  /** 1/255 unless stated. */
  scale: z.number().positive().optional(),
  channels: z.enum(['RGB', 'BGR']).optional(),
  filter: z.enum(['bilinear', 'bicubic', 'lanczos', 'box', 'hamming', 'nearest']).optional(),
  /** Resize the shorter edge to this and cut the middle; 0, or nothing, stretches. */
  shortestEdge: z.int().min(0).max(4096).optional(),
  /** Stretch to a square of this size and cut the middle. */
  stretchedTo: z.int().min(1).max(4096).optional(),
  /** Turn photos upright by their EXIF tag before anything else. */
  upright: z.boolean().optional(),
  /** Class names in the order of the outputs. */
  classes: z.array(z.string().min(1)).min(2).optional(),
  /** Name of the output to read, where there are several. */
  output: z.string().optional(),
};

export const OwnDescription = z.strictObject(fields);
export type OwnDescription = z.infer<typeof OwnDescription>;

/** Names of what a description may say. */
export const DESCRIPTION_FIELDS = Object.keys(fields) as readonly (keyof OwnDescription)[];

export const ModelDescription = z.strictObject({
  /** Names of the models it is about; `*` stands for any characters. */
  match: z.union([z.string(), z.array(z.string()).min(1)]),
  ...fields,
});
export type ModelDescription = z.infer<typeof ModelDescription>;

/** The first description whose `match` fits the model's name. */
export function describedBy(name: string, descriptions: readonly ModelDescription[]): OwnDescription | undefined {
  return descriptions.find(({ match }) => [match].flat().some((pattern) => globOf(pattern).test(name)));
}

function globOf(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`);
}
