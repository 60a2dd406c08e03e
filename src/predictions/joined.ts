import type { KeptPredictions } from './kept.ts';

/**
 * Two parts of a pool side by side: the models of `one`, then those of `other`, on the images of `one`.
 *
 * Requires the same label set in both, and every image of `one` in `other`.
 */
export function joined(one: KeptPredictions, other: KeptPredictions): KeptPredictions {
  const places = new Map(other.images.map(({ file }, place) => [file, place]));
  const rows = one.images.map(({ file }) => places.get(file)!);
  const models = [...one.models, ...other.models];
  return {
    ...one,
    models,
    leftOut: [...one.leftOut, ...other.leftOut],
    predictions: {
      ...one.predictions,
      models: models.length,
      classes: Int16Array.from(sideBySide(one.predictions.classes, other.predictions.classes, one, other, rows)),
    },
    scores: Uint16Array.from(sideBySide(one.scores, other.scores, one, other, rows)),
  };
}

/** Image-major cells of both; `rows[image]` is where `other` keeps that image. */
function sideBySide(
  cells: Int16Array | Uint16Array,
  otherCells: Int16Array | Uint16Array,
  { models: { length: width } }: KeptPredictions,
  { models: { length: otherWidth } }: KeptPredictions,
  rows: readonly number[],
): number[] {
  return rows.flatMap((row, image) => [
    ...cells.subarray(image * width, (image + 1) * width),
    ...otherCells.subarray(row * otherWidth, (row + 1) * otherWidth),
  ]);
}
