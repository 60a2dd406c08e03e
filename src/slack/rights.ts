import type { Caller } from './access.ts';
import { type Parts, tell, type Visitor } from './parts.ts';
import { sentences } from './say/sentences.ts';

/** Whether somebody is an admin; they are told where they are not. */
export async function mayRule({ access, settings }: Parts, visitor: Visitor): Promise<boolean> {
  if (access.isAdmin(visitor.user)) return true;
  await tell(visitor, sentences.denied.admin(settings.admins));
  return false;
}

/** App Home is open to people outside the channel; it shows and lets do only what those may who were in the channel. */
export function wasInChannel({ access, task }: Parts, user: string): boolean {
  return access.wasSeenInChannel(user) || task.history().some(({ annotator }) => annotator === user);
}

/** Why somebody may not see a task from outside its channel; undefined when they may. */
export function refusalElsewhere(parts: Parts, caller: Caller): string | undefined {
  const refusal = parts.access.refusalOf({ ...caller, channel: undefined });
  if (refusal !== undefined || wasInChannel(parts, caller.user)) return refusal;
  return sentences.denied.joinFirst(parts.settings.channel);
}
