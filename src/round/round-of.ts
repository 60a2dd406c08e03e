import type { Fact, FactOf } from './facts.ts';
import { asideOf, type Round } from './round.ts';

/** What the facts of a round say; `undefined` until the one that opens it is there. */
export function roundOf(facts: readonly Fact[]): Round | undefined {
  const opened = facts.find((fact) => fact.kind === 'round');
  return opened && withFacts(justOpened(opened), facts);
}

/** The round after more facts, which is what all of them together say; the round before stays as it was. */
export function withFacts(round: Round, facts: readonly Fact[]): Round {
  const draft = draftOf(round);
  for (const fact of facts) take(draft, fact);
  const last = draft.results.at(-1)?.result;
  return { ...draft, result: last && !draft.withdrawnBy.has(last.number) ? last : undefined };
}

type GrowingRound = ReturnType<typeof draftOf>;

function draftOf(round: Round) {
  return {
    ...round,
    questions: new Map(round.questions),
    asked: new Map(round.asked),
    answers: [...round.answers],
    answersAbout: new Map(round.answersAbout),
    given: [...round.given],
    undone: new Map(round.undone),
    putOff: new Set(round.putOff),
    results: [...round.results],
    withdrawnBy: new Map(round.withdrawnBy),
    deployed: new Set(round.deployed),
    rulings: new Map(round.rulings),
    measurings: new Map(round.measurings),
    measured: new Map(round.measured),
    rechecks: new Map(round.rechecks),
    posted: new Map(round.posted),
  };
}

function take(draft: GrowingRound, fact: Fact): void {
  switch (fact.kind) {
    case 'question':
      ask(draft, fact);
      break;
    case 'answer':
      hear(draft, fact);
      break;
    case 'undo':
      takeBack(draft, fact);
      break;
    case 'later':
      draft.putOff.add(fact.question);
      break;
    case 'pause':
    case 'resume':
      draft.pausedBy = fact.kind === 'pause' ? fact.by : undefined;
      break;
    case 'result':
      draft.results.push(fact);
      draft.hasNews = false;
      break;
    case 'withdrawal':
      withdraw(draft, fact);
      break;
    case 'ruling':
      draft.rulings.set(fact.result, fact);
      break;
    case 'deployment':
      draft.deployed.add(fact.result);
      break;
    case 'measuring':
      draft.measurings.set(fact.result, fact);
      break;
    case 'measured':
      draft.measured.set(fact.result, fact.measured);
      break;
    case 'recheck':
      draft.rechecks.set(fact.image, fact);
      break;
    case 'posted':
      draft.posted.set(fact.message, fact);
  }
}

function ask(draft: GrowingRound, fact: FactOf<'question'>): void {
  const { key, image } = fact;
  draft.asked.set(image, [...(draft.asked.get(image) ?? []), key]);
  const isRepeat = (draft.answersAbout.get(image) ?? []).some(({ annotator }) => annotator === fact.askedOf);
  draft.questions.set(key, { ...fact, opinion: 1, isRepeat, answer: undefined });
  countOpinions(draft, image);
}

function hear(draft: GrowingRound, fact: FactOf<'answer'>): void {
  const { question, image } = fact;
  draft.given.push(fact);
  draft.answersAbout.set(image, [...(draft.answersAbout.get(image) ?? []), fact]);
  const asked = draft.questions.get(question);
  const aside = asked && asideOf(asked);
  if (aside === undefined || draft.withdrawnBy.has(aside)) {
    draft.answers.push(fact);
    draft.hasNews = true;
  }
  if (asked) draft.questions.set(question, { ...asked, answer: fact });
  countOpinions(draft, image);
}

function takeBack(draft: GrowingRound, fact: FactOf<'undo'>): void {
  draft.undone.set(fact.answer, fact);
  const image = draft.given.find(({ key }) => key === fact.answer)?.image;
  if (image === undefined) return;
  const stands = ({ key }: FactOf<'answer'>) => key !== fact.answer;
  draft.answers = draft.answers.filter(stands);
  draft.answersAbout.set(image, (draft.answersAbout.get(image) ?? []).filter(stands));
  countOpinions(draft, image);
}

/** Where labeling goes on, what was said beside the result is a label like any other. */
function withdraw(draft: GrowingRound, { result, by }: FactOf<'withdrawal'>): void {
  draft.withdrawnBy.set(result, by);
  draft.answers = draft.given.filter(({ key }) => !draft.undone.has(key));
}

/** Which opinion each question about an image asks for follows from the standing answers to those before it. */
function countOpinions({ asked, questions, undone }: GrowingRound, image: number): void {
  let before = 0;
  for (const id of asked.get(image) ?? []) {
    const question = questions.get(id)!;
    questions.set(id, { ...question, opinion: before + 1 });
    if (question.answer && !undone.has(question.answer.key)) before += 1;
  }
}

/** A round in which nothing has happened since it opened. */
function justOpened(opened: FactOf<'round'>): Round {
  return {
    opened,
    questions: new Map(),
    asked: new Map(),
    answers: [],
    answersAbout: new Map(),
    given: [],
    undone: new Map(),
    putOff: new Set(),
    pausedBy: undefined,
    results: [],
    withdrawnBy: new Map(),
    result: undefined,
    deployed: new Set(),
    rulings: new Map(),
    measurings: new Map(),
    measured: new Map(),
    rechecks: new Map(),
    posted: new Map(),
    hasNews: false,
  };
}
