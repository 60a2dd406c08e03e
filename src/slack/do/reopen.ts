import { type Parts, tell, type Visitor } from '../parts.ts';
import { mayRule } from '../rights.ts';
import { sentences } from '../say/sentences.ts';

const notes = sentences.notes;

/** Withdraws the announced result that the button names as `batch:number`. */
export async function reopen(parts: Parts, visitor: Visitor, named: string): Promise<void> {
  if (!(await mayRule(parts, visitor))) return;
  const [, batch, result] = /^(.+):(\d+)$/.exec(named) ?? [];
  if (batch === undefined) return tell(visitor, notes.stale);
  const isWithdrawn = await parts.task.reopen(visitor.user, { batch, result: Number(result) });
  await tell(visitor, isWithdrawn ? notes.reopened : notes.notReopened);
}
