import { driftsIn } from '../../round/drift.ts';
import { type ModelShare, shareOfServed, shareOfWinner } from '../../round/model-share.ts';
import { labelCount } from '../../round/round.ts';
import type { Reading } from '../journal.ts';

/** How a batch went. */
export type TrendDay = {
  readonly batch: string;
  readonly labels: number;
  readonly isOpen: boolean;
  /** Its winner; absent where there is none, or it was withdrawn. */
  readonly winner?: ModelShare;
  /** Whether images drawn at random say so. */
  readonly isMeasured?: boolean;
  /** What served when its round ended, where that is another model. */
  readonly served?: ModelShare;
  /** Its images looked unlike those of the batch before. */
  readonly isUnlike: boolean;
};

/** The newest batches, the last one last. */
export type Trend = readonly TrendDay[];

/** More would not be read in one picture. */
const DAYS_MOST = 14;

/** How the newest batches went, from their facts alone. */
export function trendOf(journal: Pick<Reading, 'names' | 'round' | 'facts'>): Trend {
  return journal
    .names()
    .slice(-DAYS_MOST)
    .map((name) => dayOf(name, journal));
}

function dayOf(batch: string, journal: Pick<Reading, 'round' | 'facts'>): TrendDay {
  const round = journal.round(batch);
  const { result, measured } = round;
  const isUnlike = driftsIn(journal.facts(batch)).some(({ drift }) => drift.what === 'images');
  const day = { batch, labels: labelCount(round), isOpen: result === undefined, isUnlike };
  if (!result?.isWinner) return day;
  const seen = measured.get(result.number);
  const served = shareOfServed(result, seen);
  return { ...day, winner: shareOfWinner(result, seen), isMeasured: seen !== undefined, ...(served && { served }) };
}
