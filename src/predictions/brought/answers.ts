import { placeOf, type Row } from '../../tables/cells.ts';
import { isMissing, numberIn } from '../../tables/classes.ts';
import type { KeptPredictions } from '../kept.ts';
import type { ImageList } from '../list-images.ts';
import type { Column } from './columns.ts';
import { gathered } from './gathered.ts';
import { openProblems, type Problems } from './problems.ts';

/** More classes than this would hide what the message is about. */
const CLASSES_TOLD_MAX = 12;

/** What the models of a table say, row after row. */
export type TableAnswers = {
  /** Takes a row with all its cells as that of an image. */
  take(row: Row, image: number): void;
  /** Gives an image the row of another one. */
  copy(image: number, from: number): void;
  /** Model after model: cells that are not a class, then those that are not a score, each in the order of the images. */
  readonly problems: readonly Problems[];
  /** All that was said, where nothing is wrong. */
  gathered(): KeptPredictions;
};

/** Every cell becomes a number at once, and its text is forgotten: a large batch has millions. */
export function openAnswers(list: ImageList, classes: readonly string[], models: readonly Column[]): TableAnswers {
  const width = models.length;
  const cells = new Int16Array(list.images.length * width);
  const scores = new Uint16Array(cells.length);
  const numbers = numberClasses(classes);
  const problems = models.flatMap(() => [openProblems(), openProblems()]);
  const names = classes.length > CLASSES_TOLD_MAX ? `one of the ${classes.length} classes` : classes.join(', ');

  function takeClass(row: Row, image: number, model: number): void {
    const { name, classAt } = models[model]!;
    const text = row.cells[classAt]!;
    const number = numbers.of(text);
    if (number !== undefined) cells[image * width + model] = number;
    else {
      const problem = `"${text}" is not a class: write ${names}, or nothing`;
      problems[2 * model]!.tell(`${placeOf(row)}, column "${name}": ${problem}`, image);
    }
  }

  function takeScore(row: Row, image: number, model: number): void {
    const { name, scoreAt } = models[model]!;
    if (scoreAt === undefined) return;
    const text = row.cells[scoreAt]!;
    const score = isMissing(text) ? 0 : numberIn(text);
    if (score >= 0 && score <= 1) scores[image * width + model] = Math.round(score * 65_535);
    else {
      const problem = `"${text}" is not a score: write a number from 0 to 1, or nothing`;
      problems[2 * model + 1]!.tell(`${placeOf(row)}, column "${name}_score": ${problem}`, image);
    }
  }

  return {
    take(row, image) {
      for (let model = 0; model < width; model++) {
        takeClass(row, image, model);
        takeScore(row, image, model);
      }
    },
    copy(image, from) {
      for (const all of [cells, scores]) all.copyWithin(image * width, from * width, (from + 1) * width);
    },
    problems,
    gathered: () => gathered({ list, classes, models, cells, scores, textOf: numbers.textOf }),
  };
}

/**
 * Numbers what may stand in a cell: a class by its place, and each spelling of a missing value by a number below 0, as a model is
 * known by what stands in its column.
 */
function numberClasses(classes: readonly string[]) {
  const numbers = new Map(classes.map((known, place) => [known, place]));
  const spellings: string[] = [];
  return {
    /** Undefined for what is not a class. */
    of(text: string): number | undefined {
      const known = numbers.get(text);
      if (known !== undefined || !isMissing(text)) return known;
      spellings.push(text);
      numbers.set(text, -spellings.length);
      return -spellings.length;
    },
    textOf: (number: number) => (number < 0 ? spellings[-1 - number]! : classes[number]!),
  };
}
