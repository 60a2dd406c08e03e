import { type Parts, tell, type Visitor } from '../../parts.ts';
import { resultNamed } from '../../say/blocks.ts';
import { sentences } from '../../say/sentences.ts';

/** Has the winner that the button names measured on more images drawn at random, or on no more. */
export async function measure({ task }: Parts, visitor: Visitor, value: string, more: boolean): Promise<void> {
  const named = resultNamed(value);
  if (named === undefined) return tell(visitor, sentences.notes.stale);
  const { kind } = await task.measure({ by: visitor.user, named, more });
  await tell(visitor, sentences.notes.measure[kind]);
}
