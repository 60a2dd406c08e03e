import { type Audit, auditClaims, type CheckedClaim } from '../../method/audit.ts';
import type { Measured, Result } from '../../round/facts.ts';
import type { Reading } from '../journal.ts';

/** What the random images of all rounds say of what was announced: `announced` winners, of which the audit could check `claims`. */
export type Trust = Audit & { readonly announced: number; readonly confidence: number };

const CONFIDENCE = 0.95;

/** Holds what was announced of each winner's share right against the images drawn at random since. Reads every round. */
export function trustIn(journal: Pick<Reading, 'names' | 'round' | 'holds'>): Trust {
  let announced = 0;
  const checked: CheckedClaim[] = [];
  for (const name of journal.names()) {
    if (!journal.holds(name, 'result')) continue;
    const { results, measured, opened } = journal.round(name);
    for (const { result } of results.filter((one) => one.result.isWinner)) {
      announced += 1;
      const seen = measured.get(result.number);
      if (seen) checked.push(claimOf(result, seen, opened.images));
    }
  }
  return { announced, confidence: CONFIDENCE, ...auditClaims(checked, CONFIDENCE) };
}

/** The interval that was announced, before any image was drawn at random. */
function claimOf({ accuracy, accuracySd }: Result, { looks, known, others }: Measured, images: number): CheckedClaim {
  const reach = 1.96 * accuracySd;
  return {
    ...{ images, looks, known, others },
    low: Math.max(0, accuracy - reach),
    high: Math.min(1, accuracy + reach),
  };
}
