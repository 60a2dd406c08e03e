import { isNewer } from '../round/batch-order.ts';

/** Rounds by the name of their batch, the newest last. */
export function inOrder(rounds: Iterable<string>): string[] {
  return [...rounds].sort((a, b) => (isNewer(a, b) ? 1 : -1));
}
