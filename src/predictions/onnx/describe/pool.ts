import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { describedBy, type ModelDescription } from './model-description.ts';
import { type ModelSpec, specOf } from './model-spec.ts';
import { readOnnxHeader } from './onnx-file.ts';
import { publishedDescription } from './published-description.ts';

export type PoolModel = {
  /** Path below the pool's folder, without `.onnx`; of a model alone in its sub-folder, the folder's. */
  readonly name: string;
  /** Absolute. */
  readonly file: string;
  /** Of the file and the weights stored beside it. */
  readonly sha256: string;
  readonly bytes: number;
  readonly spec: ModelSpec;
};

export type Pool = {
  readonly models: readonly PoolModel[];
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
};

/**
 * Every ONNX model below a folder, sorted by name, without running any. What does not fit is left out with its reason.
 *
 * @throws when the folder cannot be read or holds no model at all.
 */
export async function readPool(folder: string, descriptions: readonly ModelDescription[]): Promise<Pool> {
  const entries = await readdir(folder, { recursive: true }).catch((error: Error) => {
    throw new Error(`Can't read the models' folder ${folder}: ${error.message}. Correct "models" in the settings.`, {
      cause: error,
    });
  });
  const files = entries.filter((entry) => entry.endsWith('.onnx')).sort();
  if (files.length === 0) throw new Error(`There is no .onnx file in ${folder}. Correct "models" in the settings.`);
  const models: PoolModel[] = [];
  const leftOut: { name: string; reason: string }[] = [];
  for (const path of files) {
    const name = nameOf(path, files);
    try {
      models.push(await readModel(name, join(folder, path), descriptions));
    } catch (error) {
      leftOut.push({ name, reason: (error as Error).message });
    }
  }
  return { models, leftOut };
}

async function readModel(name: string, file: string, descriptions: readonly ModelDescription[]): Promise<PoolModel> {
  const header = readOnnxHeader(file);
  const spec = specOf(header, { ...describedBy(name, descriptions), ...publishedDescription(file, header) });
  const hash = createHash('sha256');
  let bytes = 0;
  for (const part of [file, ...header.externalFiles.map((path) => externalFile(file, path))]) {
    bytes += (await stat(part)).size;
    await pipeline(createReadStream(part), hash, { end: false });
  }
  return { name, file, sha256: hash.digest('hex'), bytes, spec };
}

/** Weights stored beside the model; a path that leads elsewhere is no part of it. */
function externalFile(model: string, path: string): string {
  if (path.startsWith('/') || path.split(/[\\/]/).includes('..')) {
    throw new Error(`its weights are said to be in ${path}, outside its folder`);
  }
  return join(dirname(model), path);
}

/**
 * `night/model.onnx` is called `night` when it is the only model in there and there is no `night.onnx`; so is
 * `night/onnx/model.onnx`, as Hugging Face's hub lays it.
 */
function nameOf(path: string, all: readonly string[]): string {
  const folder = dirname(path);
  const name = folder.replace(/(?<=.)[\\/]onnx$/, '');
  const isBelow = (other: string) => dirname(other) === name || dirname(other) === join(name, 'onnx');
  const isAlone = folder !== '.' && all.filter(isBelow).length === 1 && !all.includes(`${name}.onnx`);
  return isAlone ? name : path.slice(0, -'.onnx'.length);
}
