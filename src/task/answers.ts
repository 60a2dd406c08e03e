import { isMeasuring } from '../round/measuring.ts';
import { type AskedQuestion, asideOf, className, type Round } from '../round/round.ts';
import { isTheirs, mayLookAgain } from '../round/second-look.ts';
import type { AnswerOutcome, GivenAnswer, UndoOutcome, UndoRequest } from './asking/verbs.ts';
import type { Context } from './context.ts';
import type { CurrentRound } from './current-round.ts';
import { withdrawalOf } from './serving/rulings.ts';

/** Keeps an answer when its question is still open. When this resolves with `recorded`, the answer is on disk. */
export async function answer(current: CurrentRound, context: Context, click: GivenAnswer): Promise<AnswerOutcome> {
  const { journal, now } = context;
  const { name } = current.batch;
  const round = journal.round(name);
  const question = round.questions.get(click.question);
  if (!question) return { kind: 'over' };
  const refusal = refusalOf(round, question, click);
  // The card goes on with another image for them.
  if (refusal?.kind === 'somebody else is asked') current.refused = { by: click.annotator, at: now() };
  if (refusal) return refusal;
  const { classes } = round.opened;
  if (click.class !== null && classes[click.class] === undefined) {
    throw new Error(`Class ${click.class} is not one of the ${classes.length} of this round.`);
  }
  if (question.askedOf === null) current.refused = undefined;
  const key = `answer:${question.key}`;
  const { image } = question;
  const { file } = current.predicted.images[image]!;
  const { class: answered, annotator } = click;
  const about = { question: question.key, image, file, class: answered, annotator };
  const isFirst = await journal.record(name, { kind: 'answer', key, ...about });
  // At a stop clicks no longer wait for each other: what came first is known by now.
  if (!isFirst) return answer(current, context, click);
  return { kind: 'recorded', answer: key, class: className(round, answered) };
}

/** Takes an answer back. A result that relies on it is withdrawn with it, where that `isMeant`. */
export async function undo(
  current: CurrentRound,
  { journal }: Context,
  { answer: key, by, isAdmin, isMeant = false }: UndoRequest,
): Promise<UndoOutcome> {
  const { name } = current.batch;
  const round = journal.round(name);
  const given = round.given.find((one) => one.key === key);
  if (!given) {
    // Only the round that its question names is read.
    const named = journal.names().filter((other) => key.startsWith(`answer:${other}:`));
    const wasGiven = named.some((other) => journal.facts(other).some((fact) => fact.key === key));
    return { kind: wasGiven ? 'round over' : 'no such answer' };
  }
  if (round.undone.has(key)) return { kind: 'already undone' };
  const { annotator, file } = given;
  if (annotator !== by && !isAdmin) return { kind: 'not yours' };
  const about = { class: className(round, given.class), annotator, file };
  const asked = round.questions.get(given.question);
  // What was asked beside a result that stands decided nothing.
  const result = !asked || asideOf(asked) !== round.result?.number ? round.result : undefined;
  if (result && !isMeant) return { kind: 'would withdraw', answer: key, ...about, model: result.model };
  const withdrawal = result ? [withdrawalOf(result.number, by)] : [];
  const undoing = { kind: 'undo' as const, key: `undo:${key}`, answer: key, by };
  if (!(await journal.record(name, undoing, ...withdrawal))) return { kind: 'already undone' };
  return { kind: 'undone', ...about, withdrew: withdrawal.length > 0 };
}

/** Pauses the round or goes on with it; false when it already was so, or is over. */
export async function switchTo(
  kind: 'pause' | 'resume',
  { batch: { name } }: CurrentRound,
  { journal }: Context,
  by: string,
): Promise<boolean> {
  const round = journal.round(name);
  if (round.result || (round.pausedBy !== undefined) === (kind === 'pause')) return false;
  return journal.record(name, { kind, key: `${kind}:${journal.facts(name).length}`, by });
}

function refusalOf(round: Round, question: AskedQuestion, click: GivenAnswer): AnswerOutcome | undefined {
  const { annotator, class: answered } = click;
  if (question.answer) {
    const { key, annotator: first, class: said } = question.answer;
    const isSame = first === annotator && said === answered;
    return isSame
      ? { kind: 'repeated', answer: key, class: className(round, said) }
      : { kind: 'already answered', by: first };
  }
  const isOver =
    round.result &&
    (asideOf(question) !== round.result.number || (question.measures !== undefined && !isMeasuring(round)));
  if (isOver) return { kind: 'over' };
  if (round.pausedBy !== undefined) return { kind: 'paused' };
  if (question.askedOf !== null && question.askedOf !== annotator) return { kind: 'not yours' };
  const others = round.answersAbout.get(question.image) ?? [];
  // A lease ran out and somebody else was asked meanwhile: the first answer counts.
  const most = question.again === undefined ? round.opened.rules.opinions : question.opinion;
  if (others.length >= Math.min(question.opinion, most))
    return { kind: 'already answered', by: others.at(-1)!.annotator };
  // Somebody who was asked to look again was the only one who labeled then: a promise stands.
  const may = question.again === undefined ? mayLookAgain : isTheirs;
  if (question.isRepeat || may(round, question.image, annotator)) return undefined;
  const own = others.findLast((one) => one.annotator === annotator)!;
  return { kind: 'somebody else is asked', answer: own.key, class: className(round, own.class) };
}
