import { type Parts, tell, type Visitor } from '../parts.ts';
import { mayRule } from '../rights.ts';
import { sentences } from '../say/sentences.ts';
import { renderPeople } from '../say/status.ts';

/** Tells an admin, and nobody else, how people agree. */
export async function showPeople(parts: Parts, visitor: Visitor): Promise<void> {
  if (!(await mayRule(parts, visitor))) return;
  const report = await parts.task.people();
  if (report === undefined) return tell(visitor, sentences.lane.nothing['no round']);
  await visitor.reply.note(renderPeople(report));
}
