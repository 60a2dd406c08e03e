import { z } from 'zod';
import { type Provider, Providers } from '../devices/provider.ts';

/** One number for all channels, or one each: three, or one for gray images. */
const Channels = z
  .union([z.number().transform((value) => [value]), z.array(z.number())])
  .refine(({ length }) => length === 1 || length === 3, 'one number, or one for each of the three channels');

const side = z.int().min(1).max(4096);

/**
 * How a model wants its images, in a few lines: in the settings file, or as `modelpicker.json` beside the model. What is
 * left out comes from the model's own files, where they say so.
 */
const fields = {
  /** Order of the input's dimensions; otherwise seen from its shape. */
  layout: z.enum(['NCHW', 'NHWC']).optional(),
  width: side.optional(),
  height: side.optional(),
  /** Per channel, of values already multiplied by `scale`: (x * scale - mean) / std. */
  mean: Channels.optional(),
  std: Channels.refine((values) => values.every((value) => value > 0), 'std is above 0').optional(),
  /** Unless stated 1/255, or 1 where mean or std are those of values from 0 to 255. */
  scale: z.number().positive().optional(),
  /** What is fed: of a color image `gray` has its brightness, for models of one channel and of three. */
  channels: z.enum(['RGB', 'BGR', 'gray']).optional(),
  filter: z.enum(['bilinear', 'bicubic', 'lanczos', 'box', 'hamming', 'nearest']).optional(),
  /** Resize the shorter edge to this and cut the middle; 0, or nothing, stretches. */
  shortestEdge: z.int().min(0).max(4096).optional(),
  /** Stretch to this size (a square, or width and height) and cut the middle; 0, or nothing, stretches to the input. */
  stretchedTo: z.union([z.int().min(0).max(4096), z.tuple([side, side])]).optional(),
  /** Where the cut begins when it does not fall on a whole pixel: one to the left, or (as torchvision) the even one. */
  cropStart: z.enum(['floor', 'even']).optional(),
  /** Turn photos upright by their EXIF tag before anything else. */
  upright: z.boolean().optional(),
  /** Class names in the order of the outputs. */
  classes: z.array(z.string().min(1)).min(2).optional(),
  /** Name of the output to read, where there are several. */
  output: z.string().optional(),
  /** What it runs on, best first; the processor where nobody says. */
  providers: Providers.optional(),
};

/** A description of one model, in a file beside it. */
export const OwnDescription = z.strictObject(fields);
export type OwnDescription = z.infer<typeof OwnDescription>;

/** Names of what a description may say. */
export const DESCRIPTION_FIELDS = Object.keys(fields) as readonly (keyof OwnDescription)[];

/** A description in the settings, with the models it is about. */
export const ModelDescription = z.strictObject({
  /** Names of the models it is about; `*` stands for any characters. */
  match: z.union([z.string(), z.array(z.string()).min(1)]),
  ...fields,
});
export type ModelDescription = z.infer<typeof ModelDescription>;

/** With these providers wherever a description names none, for every model. */
export function withProviders(
  descriptions: readonly ModelDescription[],
  providers: readonly Provider[] | undefined,
): ModelDescription[] {
  if (!providers) return [...descriptions];
  return [...descriptions, { match: '*' }].map((one) => ({ providers: [...providers], ...one }));
}

/** Patterns of `match` that fit none of these models' names: mistyped, or written for a model that has left. */
export function unusedPatterns(descriptions: readonly ModelDescription[], names: readonly string[]): string[] {
  const patterns = descriptions.flatMap(({ match }) => match);
  return patterns.filter((pattern) => !names.some((name) => globOf(pattern).test(name)));
}

/** The first description whose `match` fits the model's name. */
export function describedBy(name: string, descriptions: readonly ModelDescription[]): ModelDescription | undefined {
  return descriptions.find(({ match }) => [match].flat().some((pattern) => globOf(pattern).test(name)));
}

function globOf(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`);
}
