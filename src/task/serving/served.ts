import type { Fact, FactOf, Result } from '../../round/facts.ts';
import { mayDeploy } from '../../round/outcome.ts';
import type { Round } from '../../round/round.ts';
import { roundOf } from '../../round/round-of.ts';
import type { Deployed } from '../people.ts';

/** The facts of all rounds; `names` are their batches, the newest last. */
type AllFacts = {
  names(): readonly string[];
  facts(name: string): readonly Fact[];
  holds(name: string, kind: Fact['kind']): boolean;
};

/** A pin by the name it has for good. */
export type Pin = Omit<FactOf<'pin'>, 'kind' | 'key'> & { readonly id: string };

/** What is to serve: the winner of a batch, or what is pinned. */
export type ToServe = { readonly batch: string; readonly result: Result; readonly pin?: Pin };

/** Something that served, and the round among whose facts that stands. */
export type Served = Omit<Deployed, 'pinned'> & {
  readonly pinned?: Pin;
  readonly noted: { readonly in: string; readonly place: number };
};

/** The pin that stands, if one does: an admin's yes to a newer winner ends it, too. */
export function pinInForce(all: AllFacts): Pin | undefined {
  const speaks = (name: string) => (['pin', 'unpin', 'ruling'] as const).some((kind) => all.holds(name, kind));
  for (const name of all.names().toReversed()) {
    const last = speaks(name) ? all.facts(name).findLast(isWord) : undefined;
    if (last) return last.kind === 'pin' ? pinOf(name, last) : undefined;
  }
  return undefined;
}

function isWord(fact: Fact): fact is FactOf<'pin' | 'unpin' | 'ruling'> {
  return fact.kind === 'pin' || fact.kind === 'unpin' || (fact.kind === 'ruling' && fact.deploys);
}

/** The pin that a name means, in force or not. */
export function pinNamed(id: string, all: AllFacts): Pin | undefined {
  const [, round, key] = /^(.+)-(pin-\d+)$/.exec(id) ?? [];
  const fact = round === undefined ? undefined : all.facts(round).find((one) => one.kind === 'pin' && one.key === key);
  return round !== undefined && fact?.kind === 'pin' ? pinOf(round, fact) : undefined;
}

function pinOf(round: string, { kind: _kind, key, ...pin }: FactOf<'pin'>): Pin {
  return { ...pin, id: `${round}-${key}` };
}

/** What every target should have by now; undefined before there is a winner. */
export function wantedIn(all: AllFacts): ToServe | undefined {
  const pin = pinInForce(all);
  if (pin) return { batch: pin.of, result: pin.claim, pin };
  for (const name of all.names().toReversed()) {
    const round = all.holds(name, 'result') ? roundOf(all.facts(name)) : undefined;
    const last = round?.results.findLast(({ result }) => isToServe(round, result));
    if (last) return { batch: name, result: last.result };
  }
  return undefined;
}

/** One that was withdrawn before it served never does. */
function isToServe(round: Round, result: Result): boolean {
  const { number } = result;
  return mayDeploy(round, result) && (round.deployed.has(number) || !round.withdrawnBy.has(number));
}

/** What served by the facts of these rounds, newest first; each round is read as it is come to. */
export function servedIn(rounds: readonly string[], all: AllFacts): IteratorObject<Served> {
  return Iterator.from(rounds.toReversed()).flatMap((name) => servedBy(name, all).reverse());
}

/** In the order in which they were put in place. */
function servedBy(name: string, all: AllFacts): Served[] {
  return all.facts(name).flatMap((fact, place): Served[] => {
    if (fact.kind !== 'deployment' && fact.kind !== 'placement') return [];
    const pin = fact.kind === 'placement' && fact.pin !== undefined ? pinNamed(fact.pin, all) : undefined;
    const batch = fact.kind === 'placement' ? fact.of : name;
    const { result, withdrawnBy } = resultIn(batch, fact.result, all);
    const served = pin?.claim ?? result;
    if (!served) return [];
    const about = { ...(withdrawnBy !== undefined && { withdrawnBy }), ...(pin && { pinned: pin }) };
    return [{ batch, result: served, at: fact.at, noted: { in: name, place }, ...about }];
  });
}

function resultIn(batch: string, number: number, all: AllFacts) {
  const facts = all.facts(batch);
  const result = facts.find((fact) => fact.kind === 'result' && fact.result.number === number);
  const withdrawal = facts.find((fact) => fact.kind === 'withdrawal' && fact.result === number);
  return {
    result: result?.kind === 'result' ? result.result : undefined,
    withdrawnBy: withdrawal?.kind === 'withdrawal' ? withdrawal.by : undefined,
  };
}
