import { z } from 'zod';
import type { ImageFile } from '../../task/people.ts';
import type { Parts, Visitor } from '../parts.ts';
import { everyClass, historyView, maxEntries, type Reader, type Sieve } from '../say/history.ts';

/** Who said what in a batch; in the newest where none is named. */
export async function showHistory(parts: Parts, visitor: Visitor, batch?: string): Promise<void> {
  const sieve = batch === undefined ? {} : { batch };
  const entries = parts.task.history(batch);
  const view = () => historyView(entries, readerOf(parts, visitor.user), { sieve });
  const window = await visitor.reply.open(view());
  if (await bringImages(parts, entries.slice(0, maxEntries))) await visitor.reply.update(window.id, view());
}

/** The longest that images which are shown again are waited for; those that come later are there the next time. */
const imagePatienceMs = 30_000;

/** Images that are not known to be on Slack any more are uploaded anew; true when any have come. */
export async function bringImages(
  { channel }: Parts,
  entries: readonly { readonly image: ImageFile }[],
): Promise<boolean> {
  const missing = entries.map(({ image }) => image).filter((image) => channel.images.fileOf(image) === undefined);
  const brought = await Promise.all(missing.map((image) => channel.images.waitFor(image, imagePatienceMs)));
  return brought.some((file) => file !== undefined);
}

/** Shows the window anew with another choice, or with none. */
export async function siftHistory(parts: Parts, visitor: Visitor, verb: string, chosen: string): Promise<void> {
  const { batch, ...before } = sieveOf(visitor);
  const changes: Readonly<Record<string, Sieve>> = {
    'history-of': { ...before, of: chosen || undefined },
    'history-class': { ...before, class: chosen === everyClass ? undefined : chosen },
    'history-disagreements': { ...before, disagreements: true },
  };
  await showAgain(parts, visitor, { batch, ...changes[verb] });
}

/** The window after something was done in it; `note` says what. */
export function noteInHistory(parts: Parts, visitor: Visitor, note: string): Promise<void> {
  return showAgain(parts, visitor, sieveOf(visitor), note);
}

async function showAgain(parts: Parts, visitor: Visitor, sieve: Sieve, note?: string): Promise<void> {
  const { modal } = visitor.reply;
  if (modal === undefined) return;
  const entries = parts.task.history(sieve.batch);
  const look = note === undefined ? { sieve } : { sieve, note };
  await visitor.reply.update(modal, historyView(entries, readerOf(parts, visitor.user), look));
}

const kept = z.object({
  batch: z.string().optional(),
  of: z.string().optional(),
  class: z.string().optional(),
  disagreements: z.boolean().optional(),
});

/** What the window shows, as it keeps it itself: windows of an older release keep nothing. */
function sieveOf({ reply }: Visitor): Sieve {
  try {
    return kept.parse(JSON.parse(reply.kept));
  } catch {
    return {};
  }
}

/** Somebody as the history has to know them. */
export function readerOf({ access, channel }: Parts, user: string): Reader {
  return { user, isAdmin: access.isAdmin(user), fileOf: channel.images.fileOf };
}
