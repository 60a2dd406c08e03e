import type { Measured, Result } from './facts.ts';

/** A share of a batch's images that a model gets right, and its standard deviation. */
export type ModelShare = { readonly model: string; readonly accuracy: number; readonly accuracySd: number };

/** What a winner gets right: as it was measured, where it was. */
export function shareOfWinner({ model, accuracy, accuracySd }: Result, measured: Measured | undefined): ModelShare {
  return measured ? asMeasured(model, measured) : { model, accuracy, accuracySd };
}

/** What served when a winner was found, which may be the winner: as the same images measured it, where they did. */
export function shareOfPresent(result: Result, measured: Measured | undefined): ModelShare | undefined {
  const { model, accuracy, present } = result;
  if (!present || present.model === model) return present && shareOfWinner(result, measured);
  if (measured?.served) return asMeasured(present.model, measured.served);
  // Earlier versions measured the winner alone. The two were compared on the same images, so one moves the other as far.
  const moved = present.accuracy + shareOfWinner(result, measured).accuracy - accuracy;
  return { ...present, accuracy: Math.min(1, Math.max(0, moved)) };
}

/** The same, where it is another model than the winner. */
export function shareOfServed(result: Result, measured: Measured | undefined): ModelShare | undefined {
  const { model, present } = result;
  return present?.model === model ? undefined : shareOfPresent(result, measured);
}

/** The interval that is said holds the truth in 95 of 100 cases. */
function asMeasured(model: string, { accuracy, halfWidth }: { accuracy: number; halfWidth: number }): ModelShare {
  return { model, accuracy, accuracySd: halfWidth / 1.96 };
}
