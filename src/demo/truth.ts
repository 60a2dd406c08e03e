import { nearest } from '../nearest.ts';
import type { Predicted } from '../predictions/source.ts';
import { type Row, readCells } from '../tables/cells.ts';
import { whyNotRead } from '../text-file.ts';

/** What a truth is about: the images of a batch and the classes its models know. */
type BatchTruth = Pick<Predicted, 'images' | 'classes'> & { readonly batch: string };

/** Stands for an image that shows none of the classes. */
const NONE = '?';

type TruthRow = { readonly line: number; readonly file: string; readonly name: string };

/** True classes by file name, from a CSV with the header `file,class` (or with `;` or tabs). Throws where it is not one. */
export function readTruth(path: string): ReadonlyMap<string, string> {
  return byFile(readRows(path));
}

/**
 * The truth of one batch, for simulated annotators only; `?` stands for an image that shows none of the classes.
 *
 * @throws with everything that does not fit the batch, a kind of mistake once, with its first line and the cure.
 */
export function readTruthOf(path: string, about: BatchTruth): ReadonlyMap<string, string> {
  const rows = readRows(path);
  const truth = byFile(rows);
  const problems = [...twice(rows), ...strangers(rows, about), ...missing(truth, about), ...unknown(rows, about)];
  if (problems.length > 0) throw new Error([`The true classes in ${path} do not fit:`, ...problems].join('\n- '));
  return truth;
}

function byFile(rows: readonly TruthRow[]): ReadonlyMap<string, string> {
  return new Map(rows.map(({ file, name }) => [file, name]));
}

function readRows(path: string): TruthRow[] {
  let found: Row[];
  try {
    found = readCells(path);
  } catch (error) {
    throw new Error(
      `Can't read the true classes in ${path}: ${whyNotRead(error)}. Give a CSV with the header "file,class".`,
      { cause: error },
    );
  }
  const header = found.shift()?.cells ?? [];
  const [file, name] = ['file', 'class'].map((wanted) => header.findIndex((cell) => cell.toLowerCase() === wanted));
  if (file! < 0 || name! < 0) {
    throw new Error(
      `${path}: the first line is "${header.join(',')}", and must be "file,class". Write it above the rows.`,
    );
  }
  return found.map(({ line, cells }) => ({ line, file: cells[file!] ?? '', name: cells[name!] ?? '' }));
}

/** Two rows of one image that contradict each other. */
function twice(rows: readonly TruthRow[]): string[] {
  const first = new Map<string, TruthRow>();
  const wrong = rows.filter((row) => {
    const before = first.get(row.file);
    if (!before) first.set(row.file, row);
    return before !== undefined && before.name !== row.name;
  });
  return once(wrong, ({ file, name }) => {
    const before = first.get(file)!;
    return `"${file}" is "${name}" here and "${before.name}" in line ${before.line}. Keep one of them.`;
  });
}

/** Names that are not an image's, but would be with a small change. Truths of other images do no harm. */
function strangers(rows: readonly TruthRow[], { images, batch }: BatchTruth): string[] {
  const files = images.map(({ file }) => file);
  const known = new Set(files);
  const wrong = rows.filter(({ file }) => !known.has(file));
  const byBase = new Map(files.map((file) => [stemOf(file), file]));
  const byCase = new Map(files.map((file) => [file.toLowerCase(), file]));
  const baseOf = ({ file }: TruthRow) => byBase.get(stemOf(file));
  const caseOf = ({ file }: TruthRow) => byCase.get(file.toLowerCase());
  const cure = (row: TruthRow, meant: string) =>
    `"${row.file}" is called "${meant}" in batch ${batch}. Write file names as they stand in the batch's folder.`;
  return [
    ...once(wrong.filter(baseOf), (row) => cure(row, baseOf(row)!)),
    ...once(
      wrong.filter((row) => !baseOf(row) && caseOf(row)),
      (row) => cure(row, caseOf(row)!),
    ),
  ];
}

/** The name without folders, of Windows too, and without its ending. */
function stemOf(file: string): string {
  return file
    .split(/[/\\]/)
    .at(-1)!
    .replace(/\.\w+$/, '');
}

function missing(truth: ReadonlyMap<string, string>, { images, batch }: BatchTruth): string[] {
  const without = images.flatMap(({ file }) => (truth.has(file) ? [] : [file]));
  if (without.length === 0) return [];
  const others = without.length === 1 ? '' : ` and ${without.length - 1} more of the ${images.length} images`;
  return [`no row for ${without[0]}${others} of batch ${batch}. Add "${without[0]},CLASS".`];
}

/** Classes that no model knows: numbers, other spelling, or others altogether. */
function unknown(rows: readonly TruthRow[], { images, classes }: BatchTruth): string[] {
  const here = new Set(images.map(({ file }) => file));
  const wrong = rows.filter(({ file, name }) => here.has(file) && name !== NONE && !classes.includes(name));
  const isNumber = ({ name }: TruthRow) => /^\d+$/.test(name);
  const nearTo = (name: string) =>
    classes.find((one) => one.toLowerCase() === name.toLowerCase()) ?? nearest(name, classes);
  return [
    ...once(wrong.filter(isNumber), ({ name }) => {
      const named = classes[Number(name)];
      return `"${name}" is a number, not a class. Write its name${named === undefined ? '' : `: counted from 0 that is "${named}"`}.`;
    }),
    ...once(
      wrong.filter((row) => !isNumber(row)),
      ({ name }) => {
        const near = name === '' ? undefined : nearTo(name);
        const cure = near === undefined ? `Take one of ${someOf(classes)}` : `Did you mean "${near}"`;
        return `"${name}" is not a class of the models. ${cure}, or "${NONE}" where the image shows none of them${near === undefined ? '.' : '?'}`;
      },
    ),
  ];
}

/** Class names in a line before the rest is only counted. */
const NAMES_MAX = 8;

function someOf(classes: readonly string[]): string {
  const more = classes.length > NAMES_MAX ? ` and ${classes.length - NAMES_MAX} more` : '';
  return classes.slice(0, NAMES_MAX).join(', ') + more;
}

/** The first row with a mistake, and how many have it. */
function once(wrong: readonly TruthRow[], say: (row: TruthRow) => string): string[] {
  const [first] = wrong;
  if (!first) return [];
  const lines = wrong.length === 1 ? '' : ` (and ${wrong.length - 1} more like it)`;
  return [`line ${first.line}${lines}: ${say(first)}`];
}
