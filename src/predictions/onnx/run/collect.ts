import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ABSTAINED } from '../../../method/predictions.ts';
import type { KeptPredictions } from '../../kept.ts';
import { reasonsIn } from '../../list-images.ts';
import { reasonsOf } from '../../reasons.ts';
import type { PoolModel } from '../describe/described-model.ts';
import { readCells } from './cells.ts';
import { type Answers, cellsKey, type Job, NO_IMAGE, SET_ASIDE } from './protocol.ts';

type Named = { readonly name: string; readonly reason: string };
type SetAside = { readonly file: string; readonly reason: string };

/**
 * Puts the models' cells together into one matrix, without the images that did not decode.
 *
 * @throws when no model or no image is left.
 */
export async function collect(
  job: Job,
  classes: readonly string[],
  leftOut: readonly Named[],
  setAside: readonly SetAside[],
): Promise<KeptPredictions> {
  const isLeftOut = new Set(leftOut.map(({ name }) => name));
  const { images } = job;
  const columns = job.models.flatMap((model, index) =>
    isLeftOut.has(model.name) ? [] : [{ model, cells: cellsOf(job, index) }],
  );
  if (columns.length === 0) {
    throw new Error(`No model of the pool works:\n${reasonsOf(leftOut)}`);
  }
  // Each model may have met it in another life of the child: an image that was gone for one of them is gone for all.
  const rows = [...images.keys()].filter((image) => columns.every(({ cells }) => cells.classOf(image) !== NO_IMAGE));
  const undecoded = await readReasons(job, new Set(rows));
  if (rows.length === 0) {
    throw new Error(`No image of ${job.batch} can be decoded: ${reasonsIn([...setAside, ...undecoded])}.`);
  }
  const matrix = new Int16Array(rows.length * columns.length);
  const scores = new Uint16Array(matrix.length);
  for (const [row, image] of rows.entries()) {
    for (const [at, { cells }] of columns.entries()) {
      matrix[row * columns.length + at] = cells.classOf(image);
      scores[row * columns.length + at] = cells.scoreOf(image);
    }
  }
  return {
    classes: [...classes],
    images: rows.map((image) => images[image]!),
    setAside: [...setAside, ...undecoded].sort((a, b) => (a.file < b.file ? -1 : 1)),
    models: columns.map(({ model }) => modelOf(model, classes)),
    leftOut: [...leftOut],
    predictions: { images: rows.length, models: columns.length, classCount: classes.length, classes: matrix },
    scores,
  };
}

/** What whoever serves the model later has to know of it. */
function modelOf({ name, file, sha256, spec }: PoolModel, labelSet: readonly string[]) {
  const { classes, single: _single, providers, ...fed } = spec;
  const isOwnOrder = classes.length !== labelSet.length || classes.some((one, index) => one !== labelSet[index]);
  return { name, file, sha256, ...(isOwnOrder && { classes: [...classes] }), fed, ...(providers && { providers }) };
}

/** What a model said about each image, as it was kept. */
function cellsOf(job: Job, model: number) {
  const { blockSize } = job;
  const cells = readCells(job.results, cellsKey(job, model), blockSize);
  const answersOf = (image: number): Answers | undefined => cells.get(Math.floor(image / blockSize));
  return {
    classOf: (image: number) => answersOf(image)?.classes[image % blockSize] ?? ABSTAINED,
    scoreOf: (image: number) => answersOf(image)?.scores[image % blockSize] ?? 0,
  };
}

/** Why images did not decode, as it was noted when it happened, maybe by an earlier run. */
async function readReasons({ images, results }: Job, good: ReadonlySet<number>): Promise<SetAside[]> {
  const path = join(results, SET_ASIDE);
  const text = existsSync(path) ? await readFile(path, 'utf8') : '';
  const reasons = new Map<string, string>();
  for (const line of text.split('\n').filter(isWhole)) {
    const { sha256, reason } = JSON.parse(line) as { sha256: string; reason: string };
    reasons.set(sha256, reason);
  }
  return images
    .filter((_, image) => !good.has(image))
    .map(({ file, sha256 }) => ({ file, reason: reasons.get(sha256) ?? 'it could not be read' }));
}

/** A line cut short by a kill says nothing; the image is decoded and noted again. */
function isWhole(line: string): boolean {
  return line.startsWith('{') && line.endsWith('}');
}
