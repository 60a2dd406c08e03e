import { isDeepStrictEqual } from 'node:util';
import { readPredicted } from '../src/predictions/kept.ts';
import { clicksOf } from '../src/round/round.ts';
import { roundOf } from '../src/round/round-of.ts';
import { predictionsFolder, roundsFolder } from '../src/settings/folders.ts';
import type { Settings } from '../src/settings/settings.ts';
import { lookAtStore } from '../src/store/open-store.ts';
import { namesOf, readEarlierDays } from '../src/task/beliefs/earlier-days.ts';
import { openBeliefLog } from '../src/task/beliefs/log.ts';

/**
 * Works out every result of a data folder again from its facts, in a process that nobody killed, and says of each batch
 * whether it comes to the same bits as what was announced.
 */
export async function replayed(settings: Settings): Promise<{ batch: string; isSame: boolean }[]> {
  const { rounds, facts } = await lookAtStore({ folder: roundsFolder(settings) });
  const predictedOf = (batch: string) => readPredicted(predictionsFolder(settings, batch));
  const found: { batch: string; isSame: boolean }[] = [];
  for (const batch of rounds()) {
    const round = roundOf(facts(batch));
    const predicted = await predictedOf(batch);
    if (!round?.result || !predicted) continue;
    const { rules, takesOver = [] } = round.opened;
    const earlier = await readEarlierDays(takesOver, facts, predictedOf);
    const log = openBeliefLog({ matrix: predicted.predictions, rules, names: namesOf(predicted), earlier });
    const view = log.view(clicksOf(round), [], 0);
    const { accuracy, accuracySd, confidence, tolerance } = round.result;
    const again = [view.accuracy[view.leader], view.accuracySd[view.leader]];
    const sure = tolerance === 0 ? view.confidenceBest : view.confidenceWithin;
    found.push({ batch, isSame: isDeepStrictEqual([...again, sure], [accuracy, accuracySd, confidence]) });
  }
  return found;
}
