import { type Parts, tell, type Visitor } from './parts.ts';
import { sentences } from './say/sentences.ts';

export async function mayRule({ access, settings }: Parts, visitor: Visitor): Promise<boolean> {
  if (access.isAdmin(visitor.user)) return true;
  await tell(visitor, sentences.denied.admin(settings.admins));
  return false;
}
