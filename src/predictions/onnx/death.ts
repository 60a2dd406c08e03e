/** Sent by people, supervisors and whoever is short of memory; a model's own crash is none of these. */
const FROM_OUTSIDE: readonly unknown[] = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'];

/** How often a process may be killed from outside at the same place, before what it was at is blamed. */
export const KILLS_MAX = 3;

/** Whether somebody else ended a process that ended by this signal. */
export function isFromOutside(killedBy: NodeJS.Signals | null): boolean {
  return FROM_OUTSIDE.includes(killedBy);
}
