import type { Measured, Result } from './facts.ts';

/** A share of a batch's images that a model gets right, and its standard deviation. */
export type ModelShare = { readonly model: string; readonly accuracy: number; readonly accuracySd: number };

/** What a winner gets right: as it was measured, where it was. */
export function shareOfWinner({ model, accuracy, accuracySd }: Result, measured: Measured | undefined): ModelShare {
  if (!measured) return { model, accuracy, accuracySd };
  return { model, accuracy: measured.accuracy, accuracySd: measured.halfWidth / 1.96 };
}

/**
 * What served when a winner was found, where that is another model. The two were compared on the same images, so what was
 * measured of one moves the other as far.
 */
export function shareOfServed(result: Result, measured: Measured | undefined): ModelShare | undefined {
  const { model, accuracy, present } = result;
  if (!present || present.model === model) return undefined;
  const moved = present.accuracy + shareOfWinner(result, measured).accuracy - accuracy;
  return { ...present, accuracy: Math.min(1, Math.max(0, moved)) };
}
