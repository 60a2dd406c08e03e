import { isMeasuring } from '../../round/measuring.ts';
import { measuringOf, type Round } from '../../round/round.ts';
import type { AccuracyCheck } from '../people.ts';

/** How far the winner of a round is measured, while it is. */
export function accuracyCheck(round: Round): AccuracyCheck | undefined {
  const measuring = isMeasuring(round) ? measuringOf(round) : undefined;
  return (
    measuring && { model: round.result!.model, result: round.result!.number, done: measuring.done, of: measuring.of }
  );
}
