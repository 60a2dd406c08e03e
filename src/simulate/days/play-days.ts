import type { Yesterday } from '../../method/inherit.ts';
import type { Names } from '../../method/same-parameters.ts';
import { type DrawnPool, type Experiment, poolsOf, type Report, reportOf } from '../experiment.ts';
import type { LabeledData } from '../labeled-data.ts';
import { oursFrom } from '../ours.ts';
import { type Played, play } from '../play.ts';

/** One day's labeled data, and what its models and classes are called. */
export type Day = { readonly data: LabeledData; readonly names: Names };

/** What a day achieved with what was taken over from the days before, and what it would have from nothing. */
export type DayReport = Report & { readonly fromNothing: Report };

/** Runs of one day, pool by pool: with yesterday's help, and without. */
type DayRuns = { readonly helped: Played[]; readonly alone: Played[]; readonly poolSize: number };

/** Plays sets in order as days. Pool r of a day follows pool r of the day before, as far as each has one. */
export function playDays(days: readonly Day[], experiment: Experiment): DayReport[] {
  let before: Yesterday[] = [];
  return days.map((day) => {
    const { runs, yesterdays } = playDay(day, before, experiment);
    before = yesterdays;
    const { helped, alone, poolSize } = runs;
    const size = { poolSize, budget: experiment.budget ?? poolSize };
    return {
      ...reportOf(day.data, experiment, { ...size, runs: helped }),
      fromNothing: reportOf(day.data, experiment, { ...size, runs: alone }),
    };
  });
}

function playDay({ data, names }: Day, before: readonly Yesterday[], experiment: Experiment) {
  const pools = poolsOf(data, experiment);
  const runs: DayRuns = { helped: [], alone: [], poolSize: pools[0]!.matrix.images };
  const yesterdays = pools.map((pool, seed) => {
    const alone = playPool(pool, names, undefined, { ...experiment, seed });
    const helped = before[seed] ? playPool(pool, names, before[seed], { ...experiment, seed }) : alone;
    runs.alone.push(alone.played);
    runs.helped.push(helped.played);
    return helped.yesterday;
  });
  return { runs, yesterdays };
}

/** Labeling ends, as the bot's does, when a winner within half a point is announced. */
function playPool(
  { matrix, accuracies, annotator }: DrawnPool,
  names: Names,
  before: Yesterday | undefined,
  setting: Experiment & { seed: number },
): { played: Played; yesterday: Yesterday } {
  const strategy = oursFrom({ ...setting, matrix }, names, before);
  const played = play(strategy, annotator, accuracies, { ...setting, budget: setting.budget ?? matrix.images });
  const labels = played.announced['within0.5']?.labels ?? played.regrets.length - 1;
  return { played, yesterday: strategy.asYesterday(labels) };
}
