import { clicksOf } from '../../round/round.ts';
import type { OpenBeliefs } from '../beliefs/thread.ts';
import type { Context } from '../context.ts';
import type { Openings } from '../openings.ts';
import { type BatchLabels, settledOf } from './settled.ts';

/**
 * The settled labels of every round with answers, one round after another: each is replayed in a thread beside everything
 * else. A round whose predictions are gone is logged and left out.
 */
export async function settleAll(
  { predictedOf }: Pick<Openings, 'predictedOf'>,
  { journal, log }: Pick<Context, 'journal' | 'log'>,
  openBeliefs: OpenBeliefs,
): Promise<BatchLabels[]> {
  const all: BatchLabels[] = [];
  for (const batch of journal.names()) {
    const round = journal.round(batch);
    if (round.answers.length === 0) continue;
    const predicted = await predictedOf(batch).catch((error: unknown) => {
      log('labels of a batch left out', { batch, error: String(error) });
      return undefined;
    });
    if (!predicted) continue;
    const beliefs = openBeliefs({ matrix: predicted.predictions, rules: round.opened.rules });
    const review = await beliefs.review(clicksOf(round)).finally(beliefs.close);
    all.push(settledOf(round, predicted, review));
  }
  return all;
}
