import { openQuestions } from '../round/round.ts';
import type { Context } from './context.ts';
import type { Reading } from './journal.ts';
import type { Openings } from './openings.ts';
import type { RoundStatus } from './people.ts';
import { wantedIn } from './serving/served.ts';
import { phaseOf, progressOf } from './status.ts';

/** Where a task stands, in numbers that cost next to nothing: nothing is replayed for them. */
export type Figures = {
  /** Batches that ever had a round. */
  readonly rounds: number;
  readonly round?: {
    readonly phase: RoundStatus['phase'];
    readonly labels: number;
    readonly budget: number;
    /** Questions that wait for somebody's answer, on the card and in lanes. */
    readonly questions: number;
    /** ISO 8601. */
    readonly openedAt: string;
  };
  /** Images of the batch that the models are looking at. */
  readonly arriving?: { readonly done: number; readonly of: number };
  /** Whether there are no predictions of the newest batch, because they failed. */
  readonly hasFailed: boolean;
  readonly uploadsPerMinute: number;
  /** Places that do not have yet what is to serve. */
  readonly handOversPending: number;
  /** When the folder of batches was last looked through; ISO 8601. */
  readonly lookedAt?: string;
};

/** `elsewhere`: targets on other machines that do not have yet what is to serve. */
export function figuresOf(openings: Openings, context: Context, elsewhere: number): Figures {
  const { journal, channel } = context;
  const newest = journal.newest();
  const arriving = openings.arriving();
  const lookedAt = openings.lookedAt();
  return {
    rounds: journal.names().length,
    ...(newest !== undefined && { round: roundFigures(newest, context) }),
    ...(arriving && { arriving: { done: arriving.done, of: arriving.of } }),
    hasFailed: openings.failed() !== undefined,
    uploadsPerMinute: channel.imagesPerMinute(),
    handOversPending: elsewhere + (isPlaced(context) ? 0 : 1),
    ...(lookedAt !== undefined && { lookedAt }),
  };
}

function roundFigures(batch: string, { journal, now }: Context): NonNullable<Figures['round']> {
  const round = journal.round(batch);
  const { labels, budget } = progressOf(round);
  const questions = round.result ? 0 : openQuestions(round, now()).length;
  return { phase: phaseOf(round), labels, budget, questions, openedAt: round.opened.at };
}

/** Whether the facts say that what is to serve does: that it was put in place after it was decided. */
export function isPlaced({ journal }: { readonly journal: Reading }): boolean {
  const wanted = wantedIn(journal);
  if (!wanted) return true;
  const [last] = journal.deployments();
  const isThat = last?.batch === wanted.batch && last.result.number === wanted.result.number;
  return isThat && last.pinned?.id === wanted.pin?.id;
}
