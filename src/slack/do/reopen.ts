import { type Parts, tell, type Visitor } from '../parts.ts';
import { mayRule } from '../rights.ts';
import { resultNamed } from '../say/result.ts';
import { sentences } from '../say/sentences.ts';

const notes = sentences.notes;

/** Withdraws the announced result that the button names. */
export async function reopen(parts: Parts, visitor: Visitor, named: string): Promise<void> {
  if (!(await mayRule(parts, visitor))) return;
  const result = resultNamed(named);
  if (result === undefined) return tell(visitor, notes.stale);
  const isWithdrawn = await parts.task.reopen(visitor.user, result);
  await tell(visitor, isWithdrawn ? notes.reopened : notes.notReopened);
}
