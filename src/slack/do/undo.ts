import { type Parts, tell, type Visitor } from '../parts.ts';
import { historyView } from '../say/history.ts';
import { noteOnUndo } from '../say/notes.ts';
import { sentences } from '../say/sentences.ts';
import { readerOf } from './history.ts';
import { publishHome } from './home.ts';

const notes = sentences.notes;

/** Undoes the newest label that still counts: one's own, or as an admin that of `of`. */
export async function undoLast(parts: Parts, visitor: Visitor, of = visitor.user): Promise<void> {
  const last = parts.task.history().find((entry) => entry.annotator === of && entry.undoneBy === undefined);
  if (last !== undefined) return tell(visitor, await undo(parts, visitor.user, last.answer));
  await tell(visitor, of === visitor.user ? notes.noLabel : notes.noLabelOf(of));
}

/** Undoes the very answer an *Undo* button names, and shows the window it stands in anew. */
export async function undoNamed(parts: Parts, visitor: Visitor, answer: string): Promise<void> {
  const note = await undo(parts, visitor.user, answer);
  const { modal } = visitor.reply;
  if (modal === undefined) return publishHome(parts, visitor.user, note);
  await visitor.reply.update(modal, historyView(parts.task.history(), readerOf(parts, visitor.user), note));
}

async function undo({ task, access }: Parts, by: string, answer: string): Promise<string> {
  return noteOnUndo(await task.undo({ answer, by, isAdmin: access.isAdmin(by) }));
}
