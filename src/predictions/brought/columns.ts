/** A model's place in a table of predictions: the column of its classes and, where there is one, that of its scores. */
export type Column = { readonly name: string; readonly classAt: number; readonly scoreAt: number | undefined };

/** Where a table keeps what: `fileAt` is the column of the images, -1 where there is none. */
export type Columns = { readonly fileAt: number; readonly models: readonly Column[] };

/** The column that names the images. */
const FILE_COLUMN = 'file';

/** `clip_score` holds the scores of the model `clip`, where there is one. */
const SCORE = '_score';

/**
 * Reads the first line of a table: one column `file`, and one or two a model. What is wrong with it is passed over.
 *
 * @param taken names of models that the pool has already.
 */
export function columnsOf(names: readonly string[], taken: ReadonlySet<string>): Columns {
  const fileAt = names.indexOf(FILE_COLUMN);
  const isScore = (name: string) => name.endsWith(SCORE) && names.includes(name.slice(0, -SCORE.length));
  const isModel = (name: string, at: number) => at !== fileAt && names.indexOf(name) === at && !isScore(name);
  const models = names.flatMap((name, at) => {
    if (name === '' || taken.has(name) || !isModel(name, at)) return [];
    const scoreAt = names.indexOf(`${name}${SCORE}`);
    return [{ name, classAt: at, scoreAt: scoreAt < 0 ? undefined : scoreAt }];
  });
  return { fileAt, models };
}

/**
 * Tells each thing that is wrong with the first line of a table, with its cure.
 *
 * @param isIndexed whether its first column only counts the rows, as pandas has it, without a name.
 */
export function checkColumns(
  names: readonly string[],
  { taken, isIndexed }: { readonly taken: ReadonlySet<string>; readonly isIndexed: boolean },
  tell: (problem: string) => void,
): void {
  const hasFile = names.includes(FILE_COLUMN);
  if (!hasFile) tell(`its first line names no column "${FILE_COLUMN}": write "${FILE_COLUMN}" over the images’ paths`);
  const firstAt = isIndexed ? 1 : 0;
  for (const [at, name] of names.entries()) {
    const first = names.indexOf(name);
    if (at < firstAt) continue;
    if (name === '') tell(`column ${at + 1} has no name: write the model’s, or remove the column`);
    else if (first < at) tell(`columns ${first + 1} and ${at + 1} are both called "${name}": rename one`);
    else if (taken.has(name)) tell(`column "${name}": a model of the pool has this name already: rename the column`);
  }
  if (hasFile && names.length < firstAt + 2) tell(`it has no column beside "${FILE_COLUMN}": add one a model`);
}
