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
  const cells = rows.length * models.length;
  const { predictions, scores } = one;
  const beside = { width: one.models.length, otherWidth: other.models.length, rows };
  return {
    ...one,
    models,
    leftOut: [...one.leftOut, ...other.leftOut],
    predictions: {
      ...predictions,
      models: models.length,
      classes: sideBySide(predictions.classes, other.predictions.classes, beside, new Int16Array(cells)),
    },
    scores: sideBySide(scores, other.scores, beside, new Uint16Array(cells)),
  };
}

/** Image-major cells of both into `all`; `rows[image]` is where `other` keeps that image. */
function sideBySide<Cells extends Int16Array | Uint16Array>(
  cells: Cells,
  otherCells: Cells,
  {
    width,
    otherWidth,
    rows,
  }: { readonly width: number; readonly otherWidth: number; readonly rows: readonly number[] },
  all: Cells,
): Cells {
  for (const [image, row] of rows.entries()) {
    const at = image * (width + otherWidth);
    all.set(cells.subarray(image * width, (image + 1) * width), at);
    all.set(otherCells.subarray(row * otherWidth, (row + 1) * otherWidth), at + width);
  }
  return all;
}
