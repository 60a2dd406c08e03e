import { tell, type Visitor } from '../parts.ts';
import { noticeView } from '../say/lane.ts';
import { sentences } from '../say/sentences.ts';
import { helpText } from './commands.ts';

export async function showHelp(visitor: Visitor): Promise<void> {
  await tell(visitor, helpText());
}

export async function explainChoice(visitor: Visitor): Promise<void> {
  // In a window, because private notes stand below everything said since the card was posted.
  await visitor.reply.open(noticeView(sentences.why));
}
