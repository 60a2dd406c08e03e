import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { placeOf, type Row, rowsIn } from '../tables/cells.ts';
import { npyRows } from '../tables/npy-rows.ts';
import { parquetRows } from '../tables/parquet.ts';
import { openAnswers, type TableAnswers } from './brought/answers.ts';
import { checkColumns, columnsOf } from './brought/columns.ts';
import { type ImagesOfRows, openImagesOfRows } from './brought/images.ts';
import { linesAbout, openProblems, type Problems } from './brought/problems.ts';
import type { KeptPredictions } from './kept.ts';
import { type ImageList, PREDICTIONS_FILES } from './list-images.ts';

/** What a file of predictions has to fit. */
type PoolNames = {
  readonly classes: readonly string[];
  /** Names of the models that the pool has already. */
  readonly taken: readonly string[];
};

/**
 * What a batch's own `predictions.csv`, `.parquet` or `.npy` says about these images, in their order; `undefined` where there is no such file.
 * An empty cell is a model without a prediction for that image; a model with nothing but empty cells is left out. A model is
 * known by the SHA-256 of its column: of the images' files, each with its class.
 *
 * @throws with every problem of the file at once, each with its line and cure.
 */
export async function predictionsFrom(
  folder: string,
  list: ImageList,
  { classes, taken }: PoolNames,
): Promise<KeptPredictions | undefined> {
  const path = await fileIn(folder);
  if (path === undefined) return undefined;
  const rows = await rowsOf(path);
  const names: readonly string[] = rows.next().value?.cells ?? [];
  const columns = columnsOf(names, new Set(taken));
  const answers = openAnswers(list, classes, columns.models);
  const found = takeRows(rows, names, columns.fileAt, openImagesOfRows(list), answers);
  const head = openProblems();
  checkColumns(names, { taken: new Set(taken), isIndexed: found.isIndexed }, head.tell);
  const problems = linesAbout([head, ...found.problems, ...answers.problems]);
  if (problems !== undefined) throw new Error(`Bad predictions in ${path}:\n${problems}`);
  return answers.gathered();
}

/** Goes through the rows once; tells whether the first column, without a name, only counts them, and which rows are wrong. */
function takeRows(
  rows: Iterable<Row>,
  names: readonly string[],
  fileAt: number,
  images: ImagesOfRows,
  answers: TableAnswers,
): { readonly isIndexed: boolean; readonly problems: readonly Problems[] } {
  const uneven = openProblems();
  let isIndexed = names[0] === '';
  let count = 0;
  for (const row of rows) {
    isIndexed &&= row.cells[0] === String(count++);
    const isWhole = row.cells.length === names.length;
    if (!isWhole) uneven.tell(`${placeOf(row)}: ${unlike(row.cells.length, names.length)}`);
    const image = fileAt < 0 ? undefined : images.imageOf(row, row.cells[fileAt] ?? '');
    if (isWhole && image !== undefined) answers.take(row, image);
  }
  for (const { image, other } of images.sharing()) answers.copy(image, other);
  return { isIndexed, problems: fileAt < 0 ? [uneven] : [uneven, images.problems()] };
}

function unlike(found: number, wanted: number): string {
  return `${found} columns, but the first line has ${wanted}: put cells that hold a separator into quotes`;
}

/** The batch's own file of predictions, in whichever form it has one. */
async function fileIn(folder: string): Promise<string | undefined> {
  const stats = await Promise.all(PREDICTIONS_FILES.map((name) => lstat(join(folder, name)).catch(() => undefined)));
  const [name, another] = PREDICTIONS_FILES.filter((_, at) => stats[at]);
  if (name === undefined) return undefined;
  if (another !== undefined) throw new Error(`${folder} has both ${name} and ${another}: leave one of them there.`);
  const path = join(folder, name);
  if (stats.find((one) => one)?.isFile()) return path;
  throw new Error(`${path} is a link or a folder, and is not followed: put the file itself there.`);
}

/** One after the other; in what is not a text file, a line is a row. */
async function rowsOf(path: string): Promise<Generator<Row>> {
  if (path.endsWith('.parquet')) return parquetRows(path);
  return path.endsWith('.npy') ? npyRows(path) : rowsIn(path);
}
