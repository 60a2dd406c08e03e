import { type Parts, tell, type Visitor } from '../../parts.ts';
import { elseNote, noteOnAnswer } from '../../say/notes.ts';
import { sentences } from '../../say/sentences.ts';
import { chosenClass } from './chosen-class.ts';

/** A class button or the search on the card. The card itself shows what became of it; only failures need words. */
export async function label(parts: Parts, visitor: Visitor, question: string, choice: string): Promise<void> {
  const answered = chosenClass.safeParse(choice);
  if (!answered.success) return tell(visitor, sentences.notes.stale);
  const outcome = await parts.task.answer({ question, class: answered.data, annotator: visitor.user });
  if (outcome.kind === 'somebody else is asked') return visitor.reply.note(elseNote(outcome));
  const note = noteOnAnswer(outcome, visitor.user);
  if (note !== undefined) await tell(visitor, note);
}
