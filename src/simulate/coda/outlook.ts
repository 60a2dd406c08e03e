import type { PredictionMatrix } from '../../method/predictions.ts';
import { bestOnClass } from './recalls.ts';

/** The unasked images where exactly the models with `isRight[model]` at 1 say a class. */
export type Camp = { readonly isRight: Uint8Array; readonly images: Set<number> };

/** Each model's chance of being the best on one class, by model. */
export type Outlook = {
  readonly now: Float64Array;
  /** After a label of this class on an image where no model says it. */
  readonly afterNone: Float64Array;
  /** After a label of this class on an image of each camp; of no use where a camp has no images left. */
  readonly afterCamps: readonly Float64Array[];
};

/** `camps[class]`, so that what depends only on who says a class is computed once, not for every image. */
export function campsOf({ images, models, classCount, classes }: PredictionMatrix): Camp[][] {
  const found = Array.from({ length: classCount }, () => new Map<string, Camp>());
  for (let image = 0; image < images; image++) {
    const votes = classes.subarray(image * models, (image + 1) * models);
    for (const said of new Set(votes)) {
      const isRight = Uint8Array.from(votes, (vote) => (vote === said ? 1 : 0));
      const key = isRight.join('');
      const camp = found[said]!.get(key) ?? { isRight, images: new Set<number>() };
      camp.images.add(image);
      found[said]!.set(key, camp);
    }
  }
  return found.map((ofClass) => [...ofClass.values()]);
}

/** What labels of one class would teach, given its camps and the models' recalls on it. Cost: camps x models x 256. */
export function outlookOn(camps: readonly Camp[], right: Float64Array, wrong: Float64Array): Outlook {
  const { now, afterLabel } = bestOnClass(right, wrong);
  const afterNone = afterLabel(new Uint8Array(right.length));
  return {
    now,
    afterNone,
    afterCamps: camps.map(({ isRight, images }) => (images.size > 0 ? afterLabel(isRight) : afterNone)),
  };
}
