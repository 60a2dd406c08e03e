import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { PredictionMatrix } from '../method/predictions.ts';
import { readIntCsv } from '../tables/int-csv.ts';
import { type IntArray, readNpy } from '../tables/npy.ts';

/** What a pool of models said about images whose true classes are known. */
export type LabeledData = {
  readonly name: string;
  readonly matrix: PredictionMatrix;
  /** True class of each image. */
  readonly oracle: Int16Array;
  /** Images of each prepared draw, where the folder has any: `pools[draw][place]`. */
  readonly pools: readonly Int32Array[];
};

/** Largest class index an Int16Array holds. */
const CLASS_MAX = 32767;

/**
 * Reads a folder with `predictions` and `oracle`, as `.npy` or `.csv`, and perhaps `pools.npy`.
 *
 * @throws Error with one line: the file, what was found, the cure.
 */
export function readLabeledData(folder: string): LabeledData {
  const matrix = readPredictions(findFile(folder, 'predictions'));
  const oracleFile = findFile(folder, 'oracle');
  const { shape, data } = readInts(oracleFile);
  const isFlat = shape.length === 1 || (shape.length === 2 && shape[1] === 1);
  if (!isFlat) throw new Error(`${oracleFile}: shape (${shape.join(', ')}). Give one true class for each item.`);
  if (data.length !== matrix.images) {
    throw new Error(`${oracleFile}: ${data.length} items, but the predictions have ${matrix.images}. Make them equal.`);
  }
  checkClasses(oracleFile, data, 1);
  const classCount = Math.max(2, matrix.classCount, data.reduce((most, one) => Math.max(most, one), 0) + 1);
  const poolsFile = join(folder, 'pools.npy');
  return {
    name: basename(resolve(folder)),
    matrix: { ...matrix, classCount },
    oracle: Int16Array.from(data),
    pools: existsSync(poolsFile) ? readPools(poolsFile, matrix.images) : [],
  };
}

/** Reads a prediction matrix alone; its class count is what the predictions show. */
export function readPredictions(file: string): PredictionMatrix {
  const { shape, data } = readInts(file);
  const [images = 0, models = 0] = shape;
  if (shape.length !== 2 || images === 0 || models === 0) {
    throw new Error(`${file}: shape (${shape.join(', ')}). Give items x models, at least one of each.`);
  }
  checkClasses(file, data, models);
  const classCount = Math.max(2, data.reduce((most, one) => Math.max(most, one), 0) + 1);
  return { images, models, classCount, classes: Int16Array.from(data) };
}

/** The images of a draw as a matrix of their own. */
export function takeImages({ models, classCount, classes }: PredictionMatrix, images: Int32Array): PredictionMatrix {
  const taken = new Int16Array(images.length * models);
  for (const [place, image] of images.entries()) {
    taken.set(classes.subarray(image * models, (image + 1) * models), place * models);
  }
  return { images: images.length, models, classCount, classes: taken };
}

function readInts(file: string): IntArray {
  return file.endsWith('.npy') ? readNpy(file) : readIntCsv(file);
}

function findFile(folder: string, name: string): string {
  const candidates = [join(folder, `${name}.npy`), join(folder, `${name}.csv`)];
  const found = candidates.find((file) => existsSync(file));
  if (found === undefined) throw new Error(`${folder}: no ${name}.npy and no ${name}.csv. Put one there.`);
  return found;
}

function checkClasses(file: string, data: IntArray['data'], width: number): void {
  const wrong = data.findIndex((one) => one < 0 || one > CLASS_MAX);
  if (wrong < 0) return;
  const where = `item ${Math.floor(wrong / width)}${width > 1 ? `, model ${wrong % width}` : ''}`;
  throw new Error(`${file}: class ${data[wrong]} at ${where} is out of range. Use 0 to ${CLASS_MAX}.`);
}

function readPools(file: string, images: number): Int32Array[] {
  const { shape, data } = readNpy(file);
  const [draws = 0, size = 0] = shape;
  if (shape.length !== 2 || draws === 0 || size === 0) {
    throw new Error(`${file}: shape (${shape.join(', ')}). Give draws x pool size, at least one of each.`);
  }
  const wrong = data.findIndex((image) => image < 0 || image >= images);
  if (wrong >= 0) throw new Error(`${file}: item ${data[wrong]} does not exist. Use 0 to ${images - 1}.`);
  return Array.from({ length: draws }, (_, draw) => Int32Array.from(data.subarray(draw * size, (draw + 1) * size)));
}
