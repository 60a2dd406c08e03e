import { bodyOf } from './body.ts';
import { readCells } from './cells.ts';
import { byName, clamped, isMissing, numberIn } from './classes.ts';
import { readNpy } from './npy.ts';

/** Classes by number or by name: one row an item; C order. */
export type ClassTable = {
  readonly file: string;
  readonly shape: readonly number[];
  /** Class numbers as they were written, or places in `names`. */
  readonly data: Int32Array;
  /** Ascending; absent where the classes are numbers. */
  readonly names?: readonly string[];
};

/**
 * Reads a table of classes from an `.npy` file or from text. A header line and a column that only counts or names the items are
 * left out; `items`, where it is known how many there must be, decides about a first line that may be either.
 *
 * @throws Error naming the file, the line, what was found and the cure.
 */
export function readClasses(file: string, items?: number): ClassTable {
  if (file.endsWith('.npy')) return { file, ...readNpy(file) };
  const rows = bodyOf(readCells(file), items);
  const width = rows[0]?.cells.length ?? 0;
  const odd = rows.find(({ cells }) => cells.length !== width);
  if (odd) {
    const found = `${file}, line ${odd.line}: ${odd.cells.length} columns, but line ${rows[0]!.line} has ${width}`;
    throw new Error(`${found}. Make them equal.`);
  }
  const shape = [rows.length, width];
  const cells = rows.flatMap((row) => row.cells.map((text) => ({ text, line: row.line })));
  const numbers = cells.map(({ text }) => numberIn(text));
  if (isMostlyNames(numbers)) {
    const missing = cells.find(({ text }) => isMissing(text));
    if (missing) throw notAClass(file, missing);
    return { file, shape, ...byName(cells.map(({ text }) => text)) };
  }
  const wrong = numbers.findIndex((number) => !Number.isInteger(number));
  if (wrong >= 0) throw notAClass(file, cells[wrong]!);
  return { file, shape, data: Int32Array.from(numbers, clamped) };
}

/**
 * The same classes in two tables as the same numbers: names are numbered in the order of all names of both.
 *
 * @throws Error when one has names and the other numbers.
 */
export function alike(one: ClassTable, other: ClassTable): [ClassTable, ClassTable] {
  if (!one.names && !other.names) return [one, other];
  if (!one.names || !other.names) {
    const [named, numbered] = one.names ? [one, other] : [other, one];
    throw new Error(`${named.file} has names of classes, ${numbered.file} has numbers. Write both the same way.`);
  }
  const names = [...new Set([...one.names, ...other.names])].sort();
  const renumber = (table: ClassTable): ClassTable => {
    const places = table.names!.map((name) => names.indexOf(name));
    return { ...table, names, data: table.data.map((place) => places[place]!) };
  };
  return [renumber(one), renumber(other)];
}

function isMostlyNames(numbers: readonly number[]): boolean {
  return numbers.filter(Number.isNaN).length > numbers.length / 2;
}

function notAClass(file: string, { line, text }: { line: number; text: string }): Error {
  const cure = 'Write class indices, 0, 1, 2, and so on, or the name of a class in every cell.';
  return new Error(`${file}, line ${line}: "${text}" is not a class index. ${cure}`);
}
