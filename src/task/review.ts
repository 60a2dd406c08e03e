import { clicksOf } from '../round/round.ts';
import type { PeopleReport } from './beliefs/review.ts';
import type { Context } from './context.ts';
import type { CurrentRound } from './current-round.ts';

/** How those who labeled a round agree with each other. */
export async function peopleOf(current: CurrentRound, { journal }: Context): Promise<PeopleReport> {
  const { name: batch } = current.batch;
  const { people } = await current.beliefs.review(clicksOf(journal.round(batch)));
  return { batch, people };
}
