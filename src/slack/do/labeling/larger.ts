import { type Parts, tell, type Visitor } from '../../parts.ts';
import { largerView } from '../../say/lane.ts';
import { sentences } from '../../say/sentences.ts';

/** The image of a question as large as a window allows. The window opens at once, as a trigger lives 3 s, and the files follow. */
export async function showLarger({ task, channel }: Parts, visitor: Visitor, question: string): Promise<void> {
  const image = task.question(question)?.image;
  if (image === undefined) return tell(visitor, sentences.notes.stale);
  const window = await visitor.reply.open(largerView(undefined, channel.images.fileOf(image)));
  await visitor.reply.update(window.id, largerView(await channel.largerOf(image), undefined));
}
