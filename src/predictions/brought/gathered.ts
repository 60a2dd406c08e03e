import { createHash } from 'node:crypto';
import { ABSTAINED } from '../../method/predictions.ts';
import type { KeptPredictions } from '../kept.ts';
import { type ImageList, PREDICTIONS_FILE } from '../list-images.ts';
import type { Column } from './columns.ts';

/** What a table says, as numbers. */
type SaidInTable = {
  readonly list: ImageList;
  readonly classes: readonly string[];
  readonly models: readonly Column[];
  /** `cells[image * models + model]`: a class by its place, or a number below 0 for a cell without a value. */
  readonly cells: Int16Array;
  /** `scores[image * models + model]` in 1/65535. */
  readonly scores: Uint16Array;
  /** How a cell of this number is spelled in the table. */
  readonly textOf: (number: number) => string;
};

/** What models said without a file of their own: those that said nothing at all are left out, and each is known by its column. */
export function gathered({ list, classes, models, cells, scores, textOf }: SaidInTable): KeptPredictions {
  const { images, setAside } = list;
  const { length: width } = models;
  const files = images.map(({ file }) => JSON.stringify(file));
  const all = models.map(({ name }, model) => {
    const column = onlyOf([model], width, cells);
    return { name, model, isSilent: column.every((number) => number < 0), sha256: identityOf(files, column, textOf) };
  });
  const speaking = all.filter(({ isSilent }) => !isSilent);
  const places = speaking.map(({ model }) => model);
  const reason = `its column in ${PREDICTIONS_FILE} is empty`;
  return {
    ...{ classes: [...classes], images, setAside },
    models: speaking.map(({ name, sha256 }) => ({ name, sha256 })),
    leftOut: all.filter(({ isSilent }) => isSilent).map(({ name }) => ({ name, reason })),
    predictions: {
      ...{ images: images.length, models: speaking.length, classCount: classes.length },
      classes: withoutSpellings(onlyOf(places, width, cells)),
    },
    scores: onlyOf(places, width, scores),
  };
}

/** In place: a large batch has millions of cells. */
function withoutSpellings(cells: Int16Array): Int16Array {
  for (let at = 0; at < cells.length; at++) if (cells[at]! < 0) cells[at] = ABSTAINED;
  return cells;
}

/** The cells of these models alone, image after image as before. */
function onlyOf<Cells extends Int16Array | Uint16Array>(models: readonly number[], width: number, cells: Cells): Cells {
  if (models.length === width) return cells;
  const images = cells.length / width;
  const some = new (cells.constructor as new (length: number) => Cells)(images * models.length);
  for (let image = 0; image < images; image++) {
    for (const [at, model] of models.entries()) some[image * models.length + at] = cells[image * width + model]!;
  }
  return some;
}

/** Cells hashed at once. */
const HASHED_AT_ONCE = 4096;

/** SHA-256 over `["file","class"]` of each image, one behind the other; `files` are JSON already. */
function identityOf(files: readonly string[], column: Int16Array, textOf: (number: number) => string): string {
  const hash = createHash('sha256');
  const written = new Map<number, string>();
  const cellOf = (number: number) => {
    const known = written.get(number) ?? JSON.stringify(textOf(number));
    written.set(number, known);
    return known;
  };
  for (let first = 0; first < files.length; first += HASHED_AT_ONCE) {
    const some = files.slice(first, first + HASHED_AT_ONCE);
    hash.update(some.map((file, at) => `[${file},${cellOf(column[first + at]!)}]`).join(''));
  }
  return hash.digest('hex');
}
