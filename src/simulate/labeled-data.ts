import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { PredictionMatrix } from '../method/predictions.ts';
import { alike, type ClassTable, readClasses } from '../tables/class-table.ts';
import { readNpy } from '../tables/npy.ts';
import { type RecordedAnswers, readAnswers } from './people.ts';

/** What a pool of models said about images whose true classes are known. */
export type LabeledData = {
  readonly name: string;
  readonly matrix: PredictionMatrix;
  /** True class of each image. */
  readonly oracle: Int16Array;
  /** Images of each prepared draw, where the folder has any: `pools[draw][place]`. */
  readonly pools: readonly Int32Array[];
  /** What people said of the same items, where it was recorded. */
  readonly human?: RecordedAnswers;
};

/** Largest class index an Int16Array holds. */
const CLASS_MAX = 32767;

const UNEQUAL = 'Make them equal; a first line of numbers counts as an item.';

/** How tables may end, the likeliest first. */
const ENDINGS = ['npy', 'csv', 'tsv', 'txt'];

/**
 * Reads a folder with `predictions` and `oracle`, as `.npy` or as text, and perhaps `pools.npy`.
 *
 * @throws Error with one line: the file, what was found, the cure.
 */
export function readLabeledData(folder: string): LabeledData {
  const [predictions, oracle] = readPair(findFile(folder, 'predictions'), findFile(folder, 'oracle'));
  const matrix = matrixOf(predictions);
  const { file, shape, data } = oracle;
  if (shape.length > 2 || data.length !== Math.max(...shape)) {
    throw new Error(`${file}: shape (${shape.join(', ')}). Give one true class for each item.`);
  }
  if (data.length !== matrix.images) {
    const isTransposed = data.length === matrix.models && matrix.images < matrix.models;
    const cure = isTransposed ? 'Save the predictions transposed: a row for each item.' : UNEQUAL;
    throw new Error(`${file}: ${data.length} items, but the predictions have ${matrix.images}. ${cure}`);
  }
  checkClasses(file, data, 1);
  const recorded = join(folder, 'human.npy');
  const human = existsSync(recorded) ? readAnswers(recorded, matrix.images) : undefined;
  const classCount = Math.max(
    2,
    oracle.names?.length ?? 0,
    matrix.classCount,
    highest(data) + 1,
    human ? highest(human.answers) + 1 : 0,
  );
  const poolsFile = join(folder, 'pools.npy');
  return {
    name: basename(resolve(folder)),
    matrix: { ...matrix, classCount },
    oracle: Int16Array.from(data),
    ...(human && { human }),
    pools: existsSync(poolsFile) ? readPools(poolsFile, matrix.images) : [],
  };
}

/** Where one table has a line more than the other, names in its first line are a header and no classes. */
function readPair(predictionsFile: string, oracleFile: string): [ClassTable, ClassTable] {
  const predictions = readClasses(predictionsFile);
  const oracle = readClasses(oracleFile);
  const more = predictions.shape[0]! - oracle.shape[0]!;
  if (more === 1) return alike(readClasses(predictionsFile, oracle.shape[0]), oracle);
  if (more === -1) return alike(predictions, readClasses(oracleFile, predictions.shape[0]));
  return alike(predictions, oracle);
}

/** A table of predictions alone as a matrix; its class count is what the predictions show. */
export function matrixOf({ file, shape, data, names }: ClassTable): PredictionMatrix {
  const [images = 0, models = 0] = shape;
  if (shape.length !== 2 || images === 0 || models === 0) {
    throw new Error(`${file}: shape (${shape.join(', ')}). Give items x models, at least one of each.`);
  }
  checkClasses(file, data, models);
  const classCount = Math.max(2, names?.length ?? 0, highest(data) + 1);
  return { images, models, classCount, classes: Int16Array.from(data) };
}

function highest(data: Int32Array | Int16Array): number {
  let most = 0;
  for (const one of data) most = Math.max(most, one);
  return most;
}

/** The images of a draw as a matrix of their own. */
export function takeImages({ models, classCount, classes }: PredictionMatrix, images: Int32Array): PredictionMatrix {
  const taken = new Int16Array(images.length * models);
  for (const [place, image] of images.entries()) {
    taken.set(classes.subarray(image * models, (image + 1) * models), place * models);
  }
  return { images: images.length, models, classCount, classes: taken };
}

function findFile(folder: string, name: string): string {
  const found = ENDINGS.map((ending) => join(folder, `${name}.${ending}`)).find((file) => existsSync(file));
  if (found === undefined) throw new Error(`${folder}: no ${name}.npy and no ${name}.csv. Put one there.`);
  return found;
}

function checkClasses(file: string, data: Int32Array, width: number): void {
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
