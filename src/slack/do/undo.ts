import type { UndoOutcome } from '../../task/asking/verbs.ts';
import { type Parts, tell, type Visitor } from '../parts.ts';
import { noteOnUndo, undoQuestion } from '../say/notes.ts';
import { sentences } from '../say/sentences.ts';
import { noteInHistory } from './history.ts';
import { publishHome } from './home.ts';

const notes = sentences.notes;

/** Undoes the newest label that still counts: one's own, or as an admin that of `of`. */
export async function undoLast(parts: Parts, visitor: Visitor, of = visitor.user): Promise<void> {
  const last = parts.task.history().find((entry) => entry.annotator === of && entry.undoneBy === undefined);
  if (last === undefined) return tell(visitor, of === visitor.user ? notes.noLabel : notes.noLabelOf(of));
  await undoFirst(parts, visitor, last.answer);
}

/** Undoes the answer that a note's button names, unless a result relies on it: then it asks first. */
export async function undoFirst(parts: Parts, visitor: Visitor, answer: string): Promise<void> {
  const outcome = await undo(parts, visitor, answer, false);
  if (outcome.kind !== 'would withdraw') return tell(visitor, noteOnUndo(outcome, visitor.user));
  await visitor.reply.note(undoQuestion(outcome, visitor.user));
}

/** Undoes the answer that the button under the question names, and withdraws the result that relies on it. */
export async function undoAsAsked(parts: Parts, visitor: Visitor, answer: string): Promise<void> {
  await tell(visitor, noteOnUndo(await undo(parts, visitor, answer, true), visitor.user));
}

/**
 * Undoes the very answer an *Undo* button names, and shows the window it stands in anew. `isMeant`: the button has asked
 * whether the result that relies on the answer is to be withdrawn.
 */
export async function undoNamed(parts: Parts, visitor: Visitor, answer: string, isMeant: boolean): Promise<void> {
  const outcome = await undo(parts, visitor, answer, isMeant);
  const note = outcome.kind === 'would withdraw' ? notes.relied : noteOnUndo(outcome, visitor.user);
  if (visitor.reply.modal === undefined) return publishHome(parts, visitor, note);
  await noteInHistory(parts, visitor, note);
}

function undo({ task, access }: Parts, { user: by }: Visitor, answer: string, isMeant: boolean): Promise<UndoOutcome> {
  return task.undo({ answer, by, isAdmin: access.isAdmin(by), isMeant });
}
