import { type Parts, tell, type Visitor } from './parts.ts';
import { sentences } from './say/sentences.ts';

export async function mayRule({ access, settings }: Parts, visitor: Visitor): Promise<boolean> {
  if (access.isAdmin(visitor.user)) return true;
  await tell(visitor, sentences.denied.admin(settings.admins));
  return false;
}

/** App Home is open to people outside the channel; it shows and lets do only what those may who were in the channel. */
export function wasInChannel({ access, task }: Parts, user: string): boolean {
  return access.wasSeenInChannel(user) || task.history().some(({ annotator }) => annotator === user);
}
