import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { OwnDescription } from './model-description.ts';
import type { OnnxHeader } from './onnx-file.ts';

/** Names in the order of their class index. */
const IdToLabel = z.record(z.string(), z.string()).transform((names) =>
  Object.keys(names)
    .sort((a, b) => Number(a) - Number(b))
    .map((id) => names[id]!),
);

const Size = z.union([
  z.int().transform((size) => ({ width: size, height: size, shortest: size })),
  z
    .object({ shortest_edge: z.int() })
    .transform(({ shortest_edge: size }) => ({ width: size, height: size, shortest: size })),
  z.object({ width: z.int(), height: z.int() }).transform((size) => ({ ...size, shortest: undefined })),
]);

/** @see https://huggingface.co/docs/transformers/main_classes/image_processor */
const Preprocessor = z.object({
  do_resize: z.boolean().default(true),
  size: Size.optional(),
  resample: z.int().default(2),
  do_center_crop: z.boolean().default(false),
  crop_size: Size.optional(),
  do_rescale: z.boolean().default(true),
  rescale_factor: z.number().default(1 / 255),
  do_normalize: z.boolean().default(true),
  image_mean: z.array(z.number()).length(3).default([0, 0, 0]),
  image_std: z.array(z.number()).length(3).default([1, 1, 1]),
});

const Config = z.object({ id2label: IdToLabel.optional(), label_names: z.array(z.string()).optional() });

/** Pillow's numbers for its filters. */
const FILTERS = new Map([
  [1, 'lanczos'],
  [2, 'bilinear'],
  [3, 'bicubic'],
  [4, 'box'],
  [5, 'hamming'],
] as const);

/**
 * What stands beside a model or inside it, best source first: our own `modelpicker.json`, Hugging Face's
 * `preprocessor_config.json` and `config.json`, the file's own metadata.
 *
 * @throws naming the file that does not fit.
 */
export function publishedDescription(modelFile: string, header: OnnxHeader): OwnDescription {
  const own = readJson(modelFile, 'modelpicker.json', OwnDescription) ?? {};
  const config = readJson(modelFile, 'config.json', Config);
  const classes = config?.id2label ?? config?.label_names;
  return { ...fromMetadata(header), ...fromPreprocessor(modelFile), ...(classes && { classes }), ...own };
}

function fromPreprocessor(modelFile: string): OwnDescription {
  const found = readJson(modelFile, 'preprocessor_config.json', Preprocessor);
  if (!found) return {};
  const cropped = found.do_center_crop ? (found.crop_size ?? found.size) : found.size;
  const filter = FILTERS.get(found.resample as 2);
  return {
    ...(cropped && { width: cropped.width, height: cropped.height }),
    ...(found.size?.shortest !== undefined && { shortestEdge: found.size.shortest }),
    ...(filter && { filter }),
    scale: found.do_rescale ? found.rescale_factor : 1,
    mean: found.do_normalize ? found.image_mean : [0, 0, 0],
    std: found.do_normalize ? found.image_std : [1, 1, 1],
  };
}

function fromMetadata({ metadata }: OnnxHeader): OwnDescription {
  const values = Object.fromEntries(
    [...metadata].flatMap(([key, text]) => {
      if (!['mean', 'std', 'classes'].includes(key)) return [];
      try {
        return [[key, JSON.parse(text)]];
      } catch {
        return [];
      }
    }),
  );
  const found = OwnDescription.safeParse(values);
  return found.success ? found.data : {};
}

function readJson<Shape extends z.ZodType>(modelFile: string, name: string, shape: Shape): z.infer<Shape> | undefined {
  const path = join(dirname(modelFile), name);
  if (!existsSync(path)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${name} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  const found = shape.safeParse(value);
  if (!found.success) throw new Error(`${name} does not fit:\n${z.prettifyError(found.error)}`);
  return found.data;
}
