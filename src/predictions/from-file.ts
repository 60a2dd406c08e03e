import { createHash } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { ABSTAINED } from '../method/predictions.ts';
import { placeOf, type Row, readCells } from '../tables/cells.ts';
import { isMissing, numberIn } from '../tables/classes.ts';
import { readNpyRows } from '../tables/npy-rows.ts';
import { readParquet } from '../tables/parquet.ts';
import { type Column, columnsOf } from './columns.ts';
import type { KeptPredictions } from './kept.ts';
import { type ImageList, PREDICTIONS_FILE, PREDICTIONS_FILES } from './list-images.ts';

/** Lines in a message about a file: it must not grow with the number of rows. */
const PROBLEMS_MAX = 20;

/** More classes than this would hide what the message is about. */
const CLASSES_TOLD_MAX = 12;

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
  const problems: string[] = [];
  const tell = (problem: string) => void problems.push(problem);
  const [header, ...body] = await readRows(path);
  const { fileAt, models } = columnsOf(header ? [header, ...body] : [], new Set(taken), tell);
  const whole = new Set(body.filter((row) => isWhole(row, header!, tell)));
  const rows = fileAt < 0 ? [] : rowsOf(body, fileAt, list, tell).filter(({ row }) => whole.has(row));
  const columns = models.map((model) => readColumn(model, rows, classes, tell));
  if (problems.length > 0) throw new Error(`Bad predictions in ${path}:\n${linesOf(problems)}`);
  return gathered(list, classes, columns);
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

/** Of what is no text file, a line is a row. */
async function readRows(path: string): Promise<Row[]> {
  if (path.endsWith('.parquet')) return readParquet(path);
  return path.endsWith('.npy') ? readNpyRows(path) : readCells(path);
}

function linesOf(problems: readonly string[]): string {
  const more = problems.length - PROBLEMS_MAX;
  const told = problems.slice(0, PROBLEMS_MAX).map((problem) => `- ${problem}`);
  return [...told, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}

function isWhole(row: Row, header: Row, tell: (problem: string) => void): boolean {
  const { cells } = row;
  const { length } = header.cells;
  if (cells.length === length) return true;
  tell(
    `${placeOf(row)}: ${cells.length} columns, but the first line has ${length}: put cells that hold a separator into quotes`,
  );
  return false;
}

/** The row of each image, in the images' order. Rows of images that were set aside, such as twins, count for nothing. */
function rowsOf(
  body: readonly Row[],
  fileAt: number,
  { images, setAside }: ImageList,
  tell: (problem: string) => void,
): FoundRow[] {
  const aside = new Set(setAside.map(({ file }) => plain(file)));
  const wanted = new Set(images.map(({ file }) => plain(file)));
  const rows = new Map<string, Row>();
  for (const row of body) {
    const text = row.cells[fileAt] ?? '';
    const file = plain(text);
    const earlier = rows.get(file);
    if (earlier) tell(`${placeOf(row)}: "${text}" has ${placeOf(earlier)} already: remove one of them`);
    else if (wanted.has(file)) rows.set(file, row);
    else if (!aside.has(file)) {
      tell(`${placeOf(row)}: there is no image "${text}" in the batch: correct its path, or remove the line`);
    }
  }
  for (const { file } of images) {
    if (rows.has(plain(file))) continue;
    tell(`there is no line for the image "${file}": add one, with empty cells where a model says nothing`);
  }
  return images.flatMap(({ file }) => {
    const row = rows.get(plain(file));
    return row ? [{ json: JSON.stringify(file), row }] : [];
  });
}

/** One spelling for a path, whoever wrote it: Windows' separators, a leading `./`, letters with their accents apart. */
function plain(file: string): string {
  return file.replaceAll('\\', '/').replace(/^\.\//, '').normalize('NFC');
}

/** An image's row; `json` is its file's name as JSON. */
type FoundRow = { readonly json: string; readonly row: Row };

type ReadColumn = { name: string; sha256: string; answers: Int16Array; scores: Uint16Array };

/** Cells hashed at once. */
const HASHED_AT_ONCE = 4096;

function readColumn(
  { name, classAt, scoreAt }: Column,
  rows: readonly FoundRow[],
  classes: readonly string[],
  tell: (problem: string) => void,
): ReadColumn {
  const places = new Map(classes.map((known, place) => [known, place]));
  const names = classes.length > CLASSES_TOLD_MAX ? `one of the ${classes.length} classes` : classes.join(', ');
  const answers = Int16Array.from(rows, ({ row }) => {
    const text = row.cells[classAt]!;
    const place = places.get(text);
    if (place === undefined && !isMissing(text)) {
      tell(`${placeOf(row)}, column "${name}": "${text}" is not a class: write ${names}, or nothing`);
    }
    return place ?? ABSTAINED;
  });
  const scores = new Uint16Array(rows.length);
  for (const [at, { row }] of scoreAt === undefined ? [] : rows.entries()) {
    const text = row.cells[scoreAt!]!;
    const score = isMissing(text) ? 0 : numberIn(text);
    if (score >= 0 && score <= 1) scores[at] = Math.round(score * 65_535);
    else
      tell(`${placeOf(row)}, column "${name}_score": "${text}" is not a score: write a number from 0 to 1, or nothing`);
  }
  return { name, sha256: identityOf(rows, classAt), answers, scores };
}

/** SHA-256 over `["file","class"]` of each image, one behind the other. */
function identityOf(rows: readonly FoundRow[], classAt: number): string {
  const hash = createHash('sha256');
  const written = new Map<string, string>();
  for (let first = 0; first < rows.length; first += HASHED_AT_ONCE) {
    const cells = rows.slice(first, first + HASHED_AT_ONCE).map(({ json, row }) => {
      const text = row.cells[classAt]!;
      const known = written.get(text) ?? JSON.stringify(text);
      written.set(text, known);
      return `[${json},${known}]`;
    });
    hash.update(cells.join(''));
  }
  return hash.digest('hex');
}

function gathered(list: ImageList, classes: readonly string[], columns: readonly ReadColumn[]): KeptPredictions {
  const [silent, speaking] = [false, true].map((speaks) =>
    columns.filter(({ answers }) => answers.some((answer) => answer !== ABSTAINED) === speaks),
  ) as [ReadColumn[], ReadColumn[]];
  const { length: images } = list.images;
  return {
    classes: [...classes],
    images: list.images,
    setAside: list.setAside,
    models: speaking.map(({ name, sha256 }) => ({ name, sha256 })),
    leftOut: silent.map(({ name }) => ({ name, reason: `its column in ${PREDICTIONS_FILE} is empty` })),
    predictions: {
      images,
      models: speaking.length,
      classCount: classes.length,
      classes: interleaved(speaking, ({ answers }) => answers, new Int16Array(images * speaking.length)),
    },
    scores: interleaved(speaking, ({ scores }) => scores, new Uint16Array(images * speaking.length)),
  };
}

/** Fills `cells` image after image. */
function interleaved<Cells extends Int16Array | Uint16Array>(
  columns: readonly ReadColumn[],
  of: (column: ReadColumn) => Cells,
  cells: Cells,
): Cells {
  for (const [model, column] of columns.entries()) {
    for (const [image, value] of of(column).entries()) cells[image * columns.length + model] = value;
  }
  return cells;
}
