import { type Parts, tell, type Visitor } from '../../parts.ts';
import { renderTrend, renderTrendPicture } from '../../say/days/trend.ts';
import { sentences } from '../../say/sentences.ts';

/** The newest batches for one person: in words at once, and in a picture when it has reached Slack. */
export async function showTrend({ task, channel }: Parts, visitor: Visitor): Promise<void> {
  const trend = task.trend();
  if (!trend.some(({ winner }) => winner)) return tell(visitor, sentences.trend.none);
  await visitor.reply.note(renderTrend(trend));
  const picture = await channel.trendPictureOf(trend);
  if (picture !== undefined) await visitor.reply.note(renderTrendPicture(trend, picture));
}
