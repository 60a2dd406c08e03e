import type { AnswerOutcome, UndoOutcome } from '../../task/asking/verbs.ts';
import { actions, button, type Rendered, rendered, section } from './blocks.ts';
import { sentences } from './sentences.ts';

const say = sentences.notes;

/** What to tell the person whose answer did not count; undefined when the card says it all. */
export function noteOnAnswer(outcome: AnswerOutcome, annotator: string): string | undefined {
  switch (outcome.kind) {
    case 'recorded':
    case 'repeated':
      return undefined;
    case 'already answered':
      return outcome.by === annotator ? say.youAnswered : say.alreadyAnswered(outcome.by);
    case 'not yours':
      return say.notYourQuestion;
    case 'somebody else is asked':
      return say.somebodyElse(outcome.class);
    case 'paused':
      return say.paused;
    case 'over':
      return say.over;
  }
}

/** What to tell whoever wanted to undo an answer. */
export function noteOnUndo(outcome: UndoOutcome, reader: string): string {
  switch (outcome.kind) {
    case 'undone':
      return say.undone(outcome, reader);
    case 'would withdraw':
      return say.wouldWithdraw(outcome, reader);
    case 'already undone':
      return say.alreadyUndone;
    case 'not yours':
      return say.notYourLabel;
    case 'no such answer':
      return say.noLabel;
    case 'round over':
      return say.roundOver;
  }
}

/** Asks whether the label is to be undone although an announced result relies on it. */
export function undoQuestion(outcome: Extract<UndoOutcome, { kind: 'would withdraw' }>, reader: string): Rendered {
  const text = say.wouldWithdraw(outcome, reader);
  const anyway = { ...button(say.undoAnyway, 'undo-asked', outcome.answer), style: 'danger' as const };
  return rendered(text, [section(text), actions(`undo:${outcome.answer}`, [anyway])]);
}

/** What to tell somebody who may not give the second look at an image they labeled, with a way to take that label back. */
export function elseNote(outcome: Extract<AnswerOutcome, { kind: 'somebody else is asked' }>): Rendered {
  const text = say.somebodyElse(outcome.class);
  return rendered(text, [
    section(text),
    actions(`undo:${outcome.answer}`, [button(say.undoFirst, 'undo-first', outcome.answer)]),
  ]);
}
