import { type Parts, tell, type Visitor } from '../parts.ts';
import { mayRule } from '../rights.ts';
import { sentences } from '../say/sentences.ts';

const notes = sentences.notes;

/** Stops asking, where an admin wants it. */
export async function pause(parts: Parts, visitor: Visitor): Promise<void> {
  if (!(await mayRule(parts, visitor))) return;
  await tell(visitor, (await parts.task.pause(visitor.user)) ? notes.pausedNow : notes.wasPaused);
}

/** Asks again, where an admin wants it. */
export async function resume(parts: Parts, visitor: Visitor): Promise<void> {
  if (!(await mayRule(parts, visitor))) return;
  await tell(visitor, (await parts.task.resume(visitor.user)) ? notes.resumedNow : notes.wasRunning);
}
