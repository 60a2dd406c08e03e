import { ABSTAINED, type PredictionMatrix } from './predictions.ts';
import type { Names } from './same-parameters.ts';

/** What the models of a day said, and what its indices stand for. */
export type SaidOnDay = { readonly matrix: PredictionMatrix; readonly names: Names };

/** The images of two days, those of the first day first, in the words of what both days have. */
export type AlignedDays = {
  /** Images of the first day, and of both. */
  readonly first: number;
  readonly count: number;
  /** Models that both days have. */
  readonly models: number;
  /** Classes that either day has. */
  readonly classes: readonly string[];
  /** `votes[image * models + model]`: an index into `classes`; `ABSTAINED` where a model said nothing. */
  readonly votes: Int32Array;
};

/**
 * Puts two days into the same words: models by what they are (their files' SHA-256), classes by their names. Undefined
 * where they have no model in common.
 *
 * @param imagesMost of each day, evenly spread over it.
 */
export function alignDays(before: SaidOnDay, now: SaidOnDay, imagesMost: number): AlignedDays | undefined {
  const shared = [...new Set(now.names.models)].filter((model) => before.names.models.includes(model));
  if (shared.length === 0) return undefined;
  const classes = [...new Set([...before.names.classes, ...now.names.classes])];
  const [first, second] = [before, now].map((day) => votesOf(day, shared, classes, imagesMost));
  const votes = new Int32Array(first!.length + second!.length);
  votes.set(first!);
  votes.set(second!, first!.length);
  const models = shared.length;
  return { first: first!.length / models, count: votes.length / models, models, classes, votes };
}

function votesOf(
  { matrix, names }: SaidOnDay,
  shared: readonly string[],
  classes: readonly string[],
  imagesMost: number,
): Int32Array {
  const columns = shared.map((model) => names.models.indexOf(model));
  const places = new Map(classes.map((name, place) => [name, place]));
  const inBoth = names.classes.map((name) => places.get(name)!);
  const images = Math.min(matrix.images, imagesMost);
  return Int32Array.from({ length: images * columns.length }, (_, cell) => {
    const image = Math.floor((Math.floor(cell / columns.length) * matrix.images) / images);
    const said = matrix.classes[image * matrix.models + columns[cell % columns.length]!]!;
    return said === ABSTAINED ? ABSTAINED : inBoth[said]!;
  });
}
