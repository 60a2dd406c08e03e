import { type Parts, tell, type Visitor } from '../parts.ts';
import { noticeView } from '../say/lane.ts';
import { sentences } from '../say/sentences.ts';
import { helpText } from './commands.ts';

/** Every command, for one person. */
export async function showHelp(visitor: Visitor): Promise<void> {
  await tell(visitor, helpText());
}

/** Why an image is asked about, and which file it is. */
export async function explainChoice({ task }: Parts, visitor: Visitor, question: string): Promise<void> {
  const asked = task.question(question);
  const reason = asked?.isCheck ? sentences.whyDrawn : sentences.why;
  const why = asked === undefined ? reason : `${reason}\n${sentences.whyFile(asked.image.key)}`;
  // In a window, because private notes stand below everything said since the card was posted.
  await visitor.reply.open(noticeView(why));
}
