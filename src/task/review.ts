import { className, clicksOf } from '../round/round.ts';
import type { PeopleReport, Settled } from './beliefs/review.ts';
import type { Context } from './context.ts';
import type { CurrentRound } from './current-round.ts';

/** How those who labeled a round agree with each other. */
export async function peopleOf(current: CurrentRound, { journal }: Context): Promise<PeopleReport> {
  const { name: batch } = current.batch;
  const { people } = await current.beliefs.review(clicksOf(journal.round(batch)));
  return { batch, people };
}

/** One label for each answered image, from all the clicks on it and the models' votes. */
export async function settledIn(current: CurrentRound, { journal }: Context): Promise<Settled[]> {
  const round = journal.round(current.batch.name);
  const { settled } = await current.beliefs.review(clicksOf(round));
  return settled.map(({ image, class: index, probability, opinions }) => ({
    file: current.predicted.images[image]!.file,
    class: className(round, index),
    probability,
    opinions,
  }));
}
