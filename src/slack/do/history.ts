import type { Parts, Visitor } from '../parts.ts';
import { historyView, type Reader } from '../say/history.ts';

/** Who said what in a batch; in the newest where none is named. */
export async function showHistory(parts: Parts, visitor: Visitor, batch?: string): Promise<void> {
  await visitor.reply.open(historyView(parts.task.history(batch), readerOf(parts, visitor.user)));
}

export function readerOf({ access, channel }: Parts, user: string): Reader {
  return { user, isAdmin: access.isAdmin(user), fileOf: channel.images.fileOf };
}
