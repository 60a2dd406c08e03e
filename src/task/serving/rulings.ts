import { awaitsRuling } from '../../round/outcome.ts';
import type { Context } from '../context.ts';
import type { CurrentRound } from '../current-round.ts';
import type { NamedResult } from '../people.ts';

/**
 * Withdraws the result that stands, and labeling goes on. A button under an old announcement names what it meant: it must
 * never withdraw a newer one.
 */
export async function reopen(
  current: CurrentRound,
  { journal }: Context,
  by: string,
  named?: NamedResult,
): Promise<boolean> {
  const { name } = current.batch;
  const { result } = journal.round(name);
  if (!result || (named && !isNamed(named, name, result.number))) return false;
  return journal.record(name, withdrawalOf(result.number, by));
}

/** Keeps an admin's word on a winner that waits for one; false when it waits no longer. */
export async function rule(
  current: CurrentRound,
  { journal }: Context,
  { by, named, deploys }: { by: string; named: NamedResult; deploys: boolean },
): Promise<boolean> {
  const { name } = current.batch;
  const round = journal.round(name);
  const { result } = round;
  if (!result || !isNamed(named, name, result.number) || !awaitsRuling(round, result)) return false;
  const { number } = result;
  return journal.record(name, { kind: 'ruling', key: `ruling:${number}`, result: number, by, deploys });
}

/** The fact that a result was withdrawn. */
export function withdrawalOf(number: number, by: string) {
  return { kind: 'withdrawal' as const, key: `withdrawal:${number}`, result: number, by };
}

/** Whether a button names this result. */
export function isNamed(named: NamedResult, batch: string, number: number): boolean {
  return named.batch === batch && named.result === number;
}
