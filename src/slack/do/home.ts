import { publish } from '../out/reply.ts';
import type { Parts } from '../parts.ts';
import { wasInChannel } from '../rights.ts';
import { closedHome, homeView } from '../say/home.ts';
import { sentences } from '../say/sentences.ts';
import { readerOf } from './history.ts';

/** App Home as this person may see it; `note` says what they have just done there. */
export async function publishHome(parts: Parts, user: string, note?: string): Promise<void> {
  const { task, settings } = parts;
  if (!wasInChannel(parts, user)) return publishClosedHome(parts, user, sentences.denied.joinFirst(settings.channel));
  const history = task.history();
  const view = homeView({
    reader: readerOf(parts, user),
    status: await task.status(),
    mine: history.filter((entry) => entry.annotator === user),
    results: task.results(),
    ...(note !== undefined && { note }),
  });
  await publish(parts, user, view);
}

export async function publishClosedHome(parts: Parts, user: string, refusal: string): Promise<void> {
  await publish(parts, user, closedHome(refusal));
}
