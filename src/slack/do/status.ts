import type { Parts, Visitor } from '../parts.ts';
import { isEarly, renderModels, renderPicture, renderStatus } from '../say/status.ts';

/** Says at once in words where the batch stands, and shows the picture when it has reached Slack. */
export async function showStatus({ bot, channel }: Parts, visitor: Visitor): Promise<void> {
  const status = await bot.status();
  await visitor.reply.note(renderStatus(status));
  if (status.kind !== 'round' || isEarly(status)) return;
  const picture = await channel.pictureOf(status.standing);
  if (picture !== undefined) await visitor.reply.note(renderPicture(status.standing, picture));
}

export async function showModels({ bot }: Parts, visitor: Visitor): Promise<void> {
  await visitor.reply.note(renderModels(await bot.status()));
}
