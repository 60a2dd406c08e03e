import { awaitsRuling } from '../../round/outcome.ts';
import type { RuleOutcome, RuleRequest } from '../asking/verbs.ts';
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

/** Keeps an admin's word on a winner that waits for one. */
export async function rule(
  current: CurrentRound,
  { journal }: Context,
  { by, named, deploys }: RuleRequest,
): Promise<RuleOutcome> {
  const { name } = current.batch;
  const round = journal.round(name);
  const { result } = round;
  if (!result || !isNamed(named, name, result.number)) return { kind: 'over' };
  const { number } = result;
  const before = round.rulings.get(number);
  if (before?.by === by && before.deploys === deploys) return { kind: 'repeated' };
  if (before) return { kind: 'already ruled', by: before.by, deploys: before.deploys };
  if (!awaitsRuling(round, result)) return { kind: 'over' };
  await journal.record(name, { kind: 'ruling', key: `ruling:${number}`, result: number, by, deploys });
  return { kind: 'ruled' };
}

/** The fact that a result was withdrawn. */
export function withdrawalOf(number: number, by: string) {
  return { kind: 'withdrawal' as const, key: `withdrawal:${number}`, result: number, by };
}

/** Whether a button names this result. */
export function isNamed(named: NamedResult, batch: string, number: number): boolean {
  return named.batch === batch && named.result === number;
}
