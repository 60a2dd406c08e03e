import { clicksOf } from '../../round/round.ts';
import type { OpenBeliefs } from '../beliefs/thread.ts';
import type { Context } from '../context.ts';
import type { Openings } from '../openings.ts';
import { type BatchLabels, settledOf } from './settled.ts';

/** The settled labels of a batch; undefined where its predictions cannot be read, which is logged once for each process. */
export type Settler = (batch: string) => Promise<BatchLabels | undefined>;

/** Replays rounds in a thread beside everything else. */
export function openSettler(
  { predictedOf }: Pick<Openings, 'predictedOf'>,
  { journal, log }: Pick<Context, 'journal' | 'log'>,
  openBeliefs: OpenBeliefs,
): Settler {
  const told = new Set<string>();
  return async (batch) => {
    const round = journal.round(batch);
    const predicted = await predictedOf(batch).catch((error: unknown) => {
      if (!told.has(batch)) log('labels of a batch left out', { batch, error: String(error) });
      told.add(batch);
      return undefined;
    });
    if (!predicted) return undefined;
    const beliefs = openBeliefs({ matrix: predicted.predictions, rules: round.opened.rules });
    const review = await beliefs.review(clicksOf(round)).finally(beliefs.close);
    return settledOf(round, predicted, review);
  };
}

/** Those of every round with answers, one round after another. */
export async function settleAll(settle: Settler, { journal }: Pick<Context, 'journal'>): Promise<BatchLabels[]> {
  const all: BatchLabels[] = [];
  for (const batch of journal.names()) {
    const settled = journal.round(batch).answers.length > 0 ? await settle(batch) : undefined;
    if (settled) all.push(settled);
  }
  return all;
}
