/** What every model of the pool said about every image of one batch: hard predictions, no scores. */
export type PredictionMatrix = {
  readonly images: number;
  readonly models: number;
  /** Size of the label set offered to people. */
  readonly classCount: number;
  /** `classes[image * models + model]`: a class index, or `ABSTAINED`. */
  readonly classes: Int16Array;
};

/** Stands where a model gave no prediction for an image: it can never be right there. */
export const ABSTAINED = -1;
