import { getPriority, setPriority } from 'node:os';

/** Below the thread that answers clicks, above the process that runs models. The lowest priority there is, is 19. */
const [LOWER_BY, LOWEST] = [5, 19];

/**
 * Puts the thread that calls this behind the one that answers clicks. On Linux alone: there a thread has a priority of its
 * own; elsewhere the whole process would get it.
 */
export function stepBack(): void {
  if (process.platform === 'linux') setPriority(Math.min(getPriority() + LOWER_BY, LOWEST));
}
