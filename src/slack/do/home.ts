import { publish } from '../out/reply.ts';
import type { Parts } from '../parts.ts';
import { wasInChannel } from '../rights.ts';
import { closedHome, homeEntries, homeView } from '../say/home.ts';
import { sentences } from '../say/sentences.ts';
import { bringImages, readerOf } from './history.ts';

/** App Home as this person may see it; `note` says what they have just done there. */
export async function publishHome(parts: Parts, user: string, note?: string): Promise<void> {
  const { task, settings } = parts;
  if (!wasInChannel(parts, user)) return publishClosedHome(parts, user, sentences.denied.joinFirst(settings.channel));
  const history = task.history();
  const status = await task.status();
  const card = status.kind === 'round' && status.card ? await parts.channel.addressOf(status.card) : undefined;
  const mine = history.filter((entry) => entry.annotator === user);
  const view = () =>
    homeView({
      reader: readerOf(parts, user),
      status,
      card,
      mine,
      results: task.results(),
      ...(note !== undefined && { note }),
    });
  await publish(parts, user, view());
  if (await bringImages(parts, mine.slice(0, homeEntries))) await publish(parts, user, view());
}

export async function publishClosedHome(parts: Parts, user: string, refusal: string): Promise<void> {
  await publish(parts, user, closedHome(refusal));
}
