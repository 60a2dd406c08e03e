import type { Row } from '../tables/cells.ts';

/** A model's place in a table of predictions: the column of its classes and, where there is one, that of its scores. */
export type Column = { readonly name: string; readonly classAt: number; readonly scoreAt: number | undefined };

/** Where a table keeps what: `fileAt` is the column of the images. */
export type Columns = { readonly fileAt: number; readonly models: readonly Column[] };

/** The column that names the images. */
const FILE_COLUMN = 'file';

/** `clip_score` holds the scores of the model `clip`, where there is one. */
const SCORE = '_score';

/**
 * Reads the first line of a table: one column `file`, and one or two a model. The index that pandas puts first, without
 * a name, is passed over. Each thing that is wrong is told to `tell`, with its cure.
 *
 * @param taken names of models that the pool has already.
 */
export function columnsOf(
  [header, ...body]: readonly Row[],
  taken: ReadonlySet<string>,
  tell: (problem: string) => void,
): Columns {
  const names = header?.cells ?? [];
  const fileAt = names.indexOf(FILE_COLUMN);
  if (fileAt < 0)
    tell(`its first line names no column "${FILE_COLUMN}": write "${FILE_COLUMN}" over the images’ paths`);
  const firstAt = isIndex(names, body) ? 1 : 0;
  const isScore = (name: string) => name.endsWith(SCORE) && names.includes(name.slice(0, -SCORE.length));
  const models: Column[] = [];
  for (const [at, name] of names.entries()) {
    const first = names.indexOf(name);
    if (at < firstAt) continue;
    if (name === '') tell(`column ${at + 1} has no name: write the model’s, or remove the column`);
    else if (first < at) tell(`columns ${first + 1} and ${at + 1} are both called "${name}": rename one`);
    else if (taken.has(name)) tell(`column "${name}": a model of the pool has this name already: rename the column`);
    else if (at !== fileAt && !isScore(name)) models.push({ name, classAt: at, scoreAt: scoreOf(name, names) });
  }
  if (fileAt >= 0 && names.length < firstAt + 2) tell(`it has no column beside "${FILE_COLUMN}": add one a model`);
  return { fileAt, models };
}

function scoreOf(model: string, names: readonly string[]): number | undefined {
  const at = names.indexOf(`${model}${SCORE}`);
  return at < 0 ? undefined : at;
}

function isIndex([first]: readonly string[], body: readonly Row[]): boolean {
  return first === '' && body.every(({ cells }, row) => cells[0] === String(row));
}
