import { type Parts, tell, type Visitor } from '../parts.ts';
import { sentences } from '../say/sentences.ts';
import { isEarly, renderModels, renderPast, renderPicture, renderPool, renderStatus } from '../say/status.ts';

/** Says at once in words where the batch stands, and shows the picture when it has reached Slack. */
export async function showStatus({ task, channel }: Parts, visitor: Visitor): Promise<void> {
  const status = await task.status();
  const card = status.kind === 'round' && status.card ? await channel.addressOf(status.card) : undefined;
  await visitor.reply.note(renderStatus(status, card));
  if (status.kind !== 'round' || isEarly(status)) return;
  const picture = await channel.pictureOf(status.leaderboard);
  if (picture !== undefined) await visitor.reply.note(renderPicture(status.leaderboard, picture));
}

/** How an earlier round went. */
export async function showPast({ task }: Parts, visitor: Visitor, batch: string): Promise<void> {
  const past = task.pastRound(batch);
  if (past === undefined) return tell(visitor, sentences.notes.stale);
  await visitor.reply.note(renderPast(past));
}

/** The models and how they are doing; before there is a round, which there are. */
export async function showModels({ task }: Parts, visitor: Visitor): Promise<void> {
  const status = await task.status();
  await visitor.reply.note(status.kind === 'round' ? renderModels(status) : renderPool(await task.pool()));
}
