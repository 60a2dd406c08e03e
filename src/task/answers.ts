import { labelCount, openQuestions, type Question, questionId, type Round } from '../round/round.ts';
import { leaseFor, nextImage, readRound, record, refreshView, type Surroundings } from './advance.ts';
import { type LiveRound, shownQuestion } from './live-round.ts';
import type { AnswerOutcome, LeaseOutcome, UndoOutcome } from './people.ts';
import { className } from './show.ts';

/** Keeps an answer when its question is still open. When this resolves with `recorded`, the answer is on disk. */
export async function answer(
  live: LiveRound,
  around: Surroundings,
  click: { question: string; class: number | null; annotator: string },
): Promise<AnswerOutcome> {
  const round = readRound(live, around.store);
  const question = round.questions.get(click.question);
  if (!question) return { kind: 'over' };
  const refusal = refusalOf(round, question, click);
  if (refusal) return refusal;
  if (click.class !== null && className(round, click.class) === undefined) {
    throw new Error(`Class ${click.class} is not one of the ${round.opened.classes.length} of this round.`);
  }
  const key = `answer:${question.key}`;
  await record(around, live.batch.name, {
    kind: 'answer',
    key,
    question: question.key,
    image: question.image,
    file: live.predicted.images[question.image]!.file,
    class: click.class,
    annotator: click.annotator,
  });
  return { kind: 'recorded', answer: key, class: className(round, click.class) };
}

/** Takes an answer back; a result announced meanwhile is withdrawn with it. */
export async function undo(
  live: LiveRound,
  around: Surroundings,
  request: { answer: string; by: string; isAdmin: boolean },
): Promise<UndoOutcome> {
  const round = readRound(live, around.store);
  const given = round.given.find((one) => one.key === request.answer);
  if (!given) return wasEverGiven(around, request.answer) ? { kind: 'round over' } : { kind: 'no such answer' };
  if (round.undone.has(given.key)) return { kind: 'already undone' };
  if (given.annotator !== request.by && !request.isAdmin) return { kind: 'not yours' };
  const { by } = request;
  const number = round.result?.number;
  await record(
    around,
    live.batch.name,
    { kind: 'undo', key: `undo:${given.key}`, answer: given.key, by },
    ...(number === undefined ? [] : [{ kind: 'withdrawal' as const, key: `withdrawal:${number}`, result: number, by }]),
  );
  return { kind: 'undone', class: className(round, given.class), withdrew: number !== undefined };
}

/** The question this person holds already, or the next best one that nobody holds. */
export async function lease(live: LiveRound, around: Surroundings, annotator: string): Promise<LeaseOutcome> {
  const round = readRound(live, around.store);
  if (round.result) return { kind: 'nothing to ask', because: 'over' };
  if (round.pausedBy !== undefined) return { kind: 'nothing to ask', because: 'paused' };
  const open = openQuestions(round, around.now());
  const held = open.find((question) => question.askedOf === annotator);
  if (held) return { kind: 'question', question: shownQuestion(live, held) };
  // Labels beyond the budget would be a waste of somebody's time.
  if (labelCount(round) + open.length > round.opened.rules.budget * (round.results.length + 1)) {
    return { kind: 'nothing to ask', because: 'all taken' };
  }
  let image = nextImage(live, round, around);
  if (image === undefined) {
    await refreshView(live, round, around);
    image = nextImage(live, round, around);
  }
  if (image === undefined) return { kind: 'nothing to ask', because: 'all taken' };
  const key = questionId(round, image);
  await record(around, live.batch.name, {
    kind: 'question',
    key,
    image,
    askedOf: annotator,
    ...leaseFor(annotator, around.now()),
  });
  const leased = readRound(live, around.store).questions.get(key)!;
  return { kind: 'question', question: shownQuestion(live, leased) };
}

function refusalOf(
  round: Round,
  question: Question,
  { annotator, class: answered }: { annotator: string; class: number | null },
): AnswerOutcome | undefined {
  if (question.answer) {
    const isSame = question.answer.annotator === annotator && question.answer.class === answered;
    return isSame ? { kind: 'repeated' } : { kind: 'already answered', by: question.answer.annotator };
  }
  if (round.result) return { kind: 'over' };
  if (round.pausedBy !== undefined) return { kind: 'paused' };
  if (question.askedOf !== null && question.askedOf !== annotator) return { kind: 'not yours' };
  const others = round.answers.filter((one) => one.image === question.image);
  // A lease ran out and somebody else was asked meanwhile: the first answer counts.
  if (others.length >= Math.min(question.opinion, round.opened.rules.opinions))
    return { kind: 'already answered', by: others.at(-1)!.annotator };
  if (others.some((one) => one.annotator === annotator)) return { kind: 'second opinion needed from somebody else' };
  return undefined;
}

function wasEverGiven({ store }: Surroundings, answerKey: string): boolean {
  return store.rounds().some((name) => store.facts(name).some((fact) => fact.key === answerKey));
}
