import { type AskedQuestion, openQuestions, type Round } from './round.ts';

/** Whoever pressed something on the card is taken to see it for so long. */
const AT_CARD_MS = 10 * 60_000;

/** A press on the card by somebody, when. */
export type PressOnCard = { readonly by: string; readonly at: Date };

/** Whether somebody may answer about an image again. A second look is somebody else's, unless one person labels alone. */
export function mayLookAgain(round: Round, image: number, annotator: string | undefined): boolean {
  const given = round.answersAbout.get(image) ?? [];
  return given.length < round.opened.rules.opinions && isTheirs(round, image, annotator);
}

/** The same where somebody wants another look, however many there were. */
export function isTheirs(round: Round, image: number, annotator: string | undefined): boolean {
  const given = round.answersAbout.get(image) ?? [];
  if (given.every((answer) => answer.annotator !== annotator)) return true;
  return round.answers.every((answer) => answer.annotator === annotator);
}

/** Who labeled an image and is therefore not asked about it again; none where the one person who labels may look again. */
export function notAskedAgain(round: Round, image: number): string[] {
  const given = (round.answersAbout.get(image) ?? []).map(({ annotator }) => annotator);
  return [...new Set(given)].filter((annotator) => !isTheirs(round, image, annotator));
}

/**
 * Who sees the card: whoever pressed on it last, for some minutes. `undefined`: anybody may come.
 *
 * @param refused a press since the last answer that did not count, which is not a fact.
 */
export function atCard(round: Round, now: Date, refused?: PressOnCard): string | undefined {
  const answer = round.given.findLast(({ question }) => round.questions.get(question)?.askedOf === null);
  const press = refused ?? (answer && { by: answer.annotator, at: new Date(answer.at) });
  return press && isLately(press.at, now) ? press.by : undefined;
}

/**
 * What the card asks: the newest open question for everybody, so that an undone image comes back first. Those that whoever
 * sees the card may not answer wait for others, while there is one they may.
 */
export function cardQuestion(round: Round, now: Date, atCard: string | undefined): AskedQuestion | undefined {
  const open = openQuestions(round, now).filter((question) => question.askedOf === null);
  const isForThem = ({ image }: AskedQuestion) => atCard === undefined || isTheirs(round, image, atCard);
  return open.findLast(isForThem) ?? open.at(-1);
}

/** A moment from the future was before the clock was set back. */
function isLately(at: Date, now: Date): boolean {
  return at <= now && now.getTime() - at.getTime() < AT_CARD_MS;
}
