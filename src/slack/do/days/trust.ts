import type { Parts, Visitor } from '../../parts.ts';
import { context, rendered, section } from '../../say/blocks.ts';
import { sentences } from '../../say/sentences.ts';

/** How far what was announced has been true, for one person. */
export async function showTrust({ task }: Parts, visitor: Visitor): Promise<void> {
  const say = sentences.trust;
  const text = say.found(task.trust());
  await visitor.reply.note(rendered(say.title, [section(text), context(say.limits)]));
}
