import { isMeasuring } from '../round/measuring.ts';
import {
  type AskedQuestion,
  imagesPutOffBy,
  labelCount,
  openQuestions,
  questionId,
  type Round,
} from '../round/round.ts';
import { isTheirs } from '../round/second-look.ts';
import type { LeaseOutcome } from './asking/verbs.ts';
import { accuracyCheck } from './checks/accuracy-check.ts';
import type { Context } from './context.ts';
import type { CurrentRound } from './current-round.ts';
import { imageToMeasure, leaseFor, nextImage, refreshView, shownQuestion } from './question.ts';
import { progressOf } from './status.ts';

/** The question this person holds already, or the next best one that nobody holds; the card's own where that is all there is. */
export async function lease(current: CurrentRound, context: Context, annotator: string): Promise<LeaseOutcome> {
  const { journal, now } = context;
  const { name } = current.batch;
  const round = journal.round(name);
  const measures = isMeasuring(round) ? round.result?.number : undefined;
  if (round.result && measures === undefined) return { kind: 'nothing to ask', because: 'over' };
  if (round.pausedBy !== undefined) return { kind: 'nothing to ask', because: 'paused' };
  const open = openQuestions(round, now());
  // One whose image they have labeled on the card meanwhile is for nobody any more.
  const isDone = ({ isRepeat, image }: AskedQuestion) =>
    !isRepeat && (round.answersAbout.get(image) ?? []).some((given) => given.annotator === annotator);
  const held = open.find((question) => question.askedOf === annotator && !isDone(question));
  if (held) return leased(current, round, held, annotator);
  // Labels beyond the budget would be a waste of somebody's time.
  const budget = round.opened.rules.budget * (round.results.length + 1);
  const isSpent = labelCount(round) + open.length > budget;
  const image =
    measures !== undefined
      ? imageToMeasure(current, round, context, annotator)
      : isSpent
        ? undefined
        : await imageToLease(current, context, annotator);
  if (image === undefined) {
    // What stands on the card is for everybody, unless the last label has just been given.
    const mayCount = measures !== undefined || labelCount(round) < budget;
    const isOnCard = ({ askedOf, image: shown }: AskedQuestion) =>
      askedOf === null && isTheirs(round, shown, annotator);
    const onCard = mayCount ? open.find(isOnCard) : undefined;
    return onCard ? leased(current, round, onCard, annotator) : { kind: 'nothing to ask', because: 'all taken' };
  }
  const key = questionId(round, image);
  const about = { image, askedOf: annotator, ...(measures !== undefined && { measures }) };
  const question = { kind: 'question' as const, key, ...about, ...leaseFor(annotator, now()) };
  // At a stop people no longer wait for each other, and somebody else may have been given it.
  if (!(await journal.record(name, question))) return lease(current, context, annotator);
  const since = journal.round(name);
  return leased(current, since, since.questions.get(key)!, annotator);
}

function leased(current: CurrentRound, round: Round, question: AskedQuestion, annotator: string): LeaseOutcome {
  const mine = round.given.filter(({ key, annotator: by }) => by === annotator && !round.undone.has(key)).length;
  const { toGo } = progressOf(round, current.view);
  const wasPutOff = imagesPutOffBy(round, annotator).includes(question.image);
  const check = accuracyCheck(round);
  return { kind: 'question', question: shownQuestion(current, question), mine, toGo, check, wasPutOff };
}

/** Of the last view where it still has one: a step of the method would keep somebody waiting. */
async function imageToLease(current: CurrentRound, context: Context, annotator: string): Promise<number | undefined> {
  const round = context.journal.round(current.batch.name);
  const known = nextImage(current, round, context, annotator);
  if (known !== undefined) return known;
  await refreshView(current, round, context);
  return nextImage(current, round, context, annotator);
}

/** Puts off a question that is with this person alone; false where it is not, any more. */
export async function putOff(
  { batch: { name } }: CurrentRound,
  { journal, now }: Context,
  question: string,
  annotator: string,
): Promise<boolean> {
  const open = openQuestions(journal.round(name), now());
  if (!open.some(({ key, askedOf }) => key === question && askedOf === annotator)) return false;
  await journal.record(name, { kind: 'later', key: `later:${question}`, question });
  return true;
}
