import type { FactOf, Measured, Result } from './facts.ts';

/** What the facts of one round say now. Derived from them, never stored. */
export type Round = {
  readonly opened: FactOf<'round'>;
  readonly questions: ReadonlyMap<string, AskedQuestion>;
  /** The ids of the questions about each image, in the order they were asked. */
  readonly asked: ReadonlyMap<number, readonly string[]>;
  /** Answers that stand (not undone) and decide, in the order they were given: without those about a result that stands. */
  readonly answers: readonly FactOf<'answer'>[];
  /** All that stand, by image. */
  readonly answersAbout: ReadonlyMap<number, readonly FactOf<'answer'>[]>;
  /** Every answer ever given, undone or not, in the order they were given. */
  readonly given: readonly FactOf<'answer'>[];
  readonly undone: ReadonlyMap<string, FactOf<'undo'>>;
  /** Questions that the one person asked put off, in the order they did. */
  readonly putOff: ReadonlySet<string>;
  readonly pausedBy: string | undefined;
  /** Every result so far; only the last can stand. */
  readonly results: readonly FactOf<'result'>[];
  readonly withdrawnBy: ReadonlyMap<number, string>;
  /** The result that stands: the round is over while there is one. */
  readonly result: Result | undefined;
  readonly deployed: ReadonlySet<number>;
  /** What an admin said to winners that wait for a yes; the first word counts. */
  readonly rulings: ReadonlyMap<number, FactOf<'ruling'>>;
  /** How many images somebody wants results measured on, and what was measured last, by the result's number. */
  readonly measurings: ReadonlyMap<number, FactOf<'measuring'>>;
  readonly measured: ReadonlyMap<number, Measured>;
  /** Images that somebody wants looked at again, by their number. */
  readonly rechecks: ReadonlyMap<number, FactOf<'recheck'>>;
  /** Where each message stands; the last place, if it was deleted and posted anew. */
  readonly posted: ReadonlyMap<string, FactOf<'posted'>>;
  /** Whether somebody answered after the last result: a reopened round needs news before it ends again. */
  readonly hasNews: boolean;
};

/** A question with its answer, if it has one; `opinion` is 1 for the first about its image. */
export type AskedQuestion = FactOf<'question'> & {
  readonly opinion: number;
  /** Whether the one person asked had labeled this image before they were asked. */
  readonly isRepeat: boolean;
  readonly answer: FactOf<'answer'> | undefined;
};

/** The result that stood when a question was asked, and that its answer does not touch. */
export function asideOf({ measures, again }: Pick<AskedQuestion, 'measures' | 'again'>): number | undefined {
  return measures ?? again;
}

/** How far a winner is measured on images drawn at random: `done` of `of` images, by the answers in `looks`. */
export type Measuring = {
  readonly of: number;
  readonly done: number;
  readonly looks: readonly FactOf<'answer'>[];
};

/** How the winner that stands is measured; undefined where none does, or nobody wants it measured. */
export function measuringOf(round: Round): Measuring | undefined {
  const { result, opened, measurings, given, undone, questions } = round;
  if (!result?.isWinner) return undefined;
  const of = measurings.get(result.number)?.images ?? opened.rules.measure ?? 0;
  const isLook = ({ key, question, class: said }: FactOf<'answer'>) =>
    said !== null && !undone.has(key) && questions.get(question)?.measures === result.number;
  const looks = given.filter(isLook);
  return of === 0 && looks.length === 0 ? undefined : { of, done: looks.length, looks };
}

/**
 * Questions that may be answered at `now`, oldest first: unanswered, not put off, any lease still alive, and the image in need of an
 * opinion (somebody may have answered late, after a lease that ran out and was given to others).
 */
export function openQuestions(round: Round, now: Date): AskedQuestion[] {
  const { questions, putOff, answersAbout, opened } = round;
  // A lease from the future was given before the clock was set back, and would hold its image until then.
  const isAlive = (at: string, until: string) => new Date(at) <= now && now < new Date(until);
  const hasRoom = ({ image, again }: AskedQuestion) =>
    again !== undefined || (answersAbout.get(image)?.length ?? 0) < opened.rules.opinions;
  const measuring = measuringOf(round);
  const isMeasuring = measuring !== undefined && measuring.done < measuring.of;
  // While a result stands only what is about it is asked.
  const isDue = ({ measures, again }: AskedQuestion) =>
    asideOf({ measures, again }) === round.result?.number && (measures === undefined || isMeasuring);
  const isOpen = (question: AskedQuestion) => {
    const { key, answer, at, until } = question;
    return !answer && !putOff.has(key) && (!until || isAlive(at, until)) && hasRoom(question) && isDue(question);
  };
  return questions.values().filter(isOpen).toArray();
}

/** Images that somebody put off, in the order they last did. */
export function imagesPutOffBy(round: Round, annotator: string | undefined): number[] {
  const questions = [...round.putOff].flatMap((key) => round.questions.get(key) ?? []);
  const images = questions.filter(({ askedOf }) => askedOf === annotator).map(({ image }) => image);
  return [...new Set(images.toReversed())].toReversed();
}

/** The id of the next question about an image: each question has one of its own, so a late click names what it meant. */
export function questionId(round: Round, image: number): string {
  return `${round.opened.batch}:${image}:${(round.asked.get(image)?.length ?? 0) + 1}`;
}

/** The image that a question's id names; `undefined` for a text that is not such an id. */
export function imageOfQuestion(id: string): number | undefined {
  const image = /:(\d+):\d+$/.exec(id)?.[1];
  return image === undefined ? undefined : Number(image);
}

/** The name of a class by its number; null for "can't tell". */
export function className(round: Round, index: number | null): string | null {
  return index === null ? null : round.opened.classes[index]!;
}

/** Answers that stand as the method takes them, in the order they were given. */
export function clicksOf(round: Round): { image: number; class: number | null; annotator: string }[] {
  return round.answers.map(({ image, class: answered, annotator }) => ({ image, class: answered, annotator }));
}

/** Labels given: answers that stand and name a class. */
export function labelCount(round: Round): number {
  return round.answers.filter((answer) => answer.class !== null).length;
}

/** Who gave the standing answers, in order of their first one. */
export function annotatorsOf(round: Round): string[] {
  return [...new Set(round.answers.map((answer) => answer.annotator))];
}
