import type { Parts, Visitor } from '../parts.ts';
import { isEarly, renderModels, renderPicture, renderStatus } from '../say/status.ts';

/** Says at once in words where the batch stands, and shows the picture when it has reached Slack. */
export async function showStatus({ task, channel }: Parts, visitor: Visitor): Promise<void> {
  const status = await task.status();
  await visitor.reply.note(renderStatus(status));
  if (status.kind !== 'round' || isEarly(status)) return;
  const picture = await channel.pictureOf(status.leaderboard);
  if (picture !== undefined) await visitor.reply.note(renderPicture(status.leaderboard, picture));
}

export async function showModels({ task }: Parts, visitor: Visitor): Promise<void> {
  await visitor.reply.note(renderModels(await task.status()));
}
