import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { fromPreprocessor, Preprocessor } from './hugging-face.ts';
import { DESCRIPTION_FIELDS, OwnDescription } from './model-description.ts';
import type { OnnxHeader } from './onnx-file.ts';
import { fromTimm, TimmConfig } from './timm.ts';

/** Names in the order of their class index. */
const IdToLabel = z.record(z.string(), z.string()).transform((names) =>
  Object.keys(names)
    .sort((a, b) => Number(a) - Number(b))
    .map((id) => names[id]!),
);

const Config = z.object({
  id2label: IdToLabel.nullish(),
  label_names: z.array(z.string()).nullish(),
  pretrained_cfg: z.looseObject({}).optional().catch(undefined),
});

/**
 * What stands beside a model or inside it, best source first: our own `modelpicker.json`, Hugging Face's
 * `preprocessor_config.json`, timm's and Hugging Face's `config.json`, the file's own metadata.
 *
 * @throws naming the file that does not fit.
 */
export function publishedDescription(modelFile: string, header: OnnxHeader): OwnDescription {
  const own = readJson(modelFile, 'modelpicker.json', OwnDescription);
  const preprocessor = readJson(modelFile, 'preprocessor_config.json', Preprocessor);
  const config = readJson(modelFile, 'config.json', Config);
  const timm = TimmConfig.safeParse(config?.pretrained_cfg);
  const classes = config?.id2label ?? config?.label_names;
  return {
    ...fromMetadata(header),
    ...(timm.success && fromTimm(timm.data)),
    ...(preprocessor && fromPreprocessor(preprocessor)),
    ...(classes && { classes }),
    ...own,
  };
}

/** Under the names of our own lines, each value as JSON or plain; what does not fit is not for us. */
function fromMetadata({ metadata }: OnnxHeader): OwnDescription {
  const values = DESCRIPTION_FIELDS.flatMap((name) => {
    const text = metadata.get(name);
    const readings = [jsonOf(text), text].filter((value) => value !== undefined);
    const fits = readings.find((value) => OwnDescription.safeParse({ [name]: value }).success);
    return fits === undefined ? [] : [[name, fits]];
  });
  return OwnDescription.parse(Object.fromEntries(values));
}

function jsonOf(text = ''): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Beside the model, or above a folder `onnx`, as Hugging Face's hub lays it. */
function pathBeside(modelFile: string, name: string): string | undefined {
  const folder = dirname(modelFile);
  const folders = basename(folder) === 'onnx' ? [folder, dirname(folder)] : [folder];
  return folders.map((place) => join(place, name)).find((path) => existsSync(path));
}

function readJson<Shape extends z.ZodType>(modelFile: string, name: string, shape: Shape): z.infer<Shape> | undefined {
  const path = pathBeside(modelFile, name);
  if (path === undefined) return undefined;
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
