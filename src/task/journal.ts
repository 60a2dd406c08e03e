import type { Log } from '../log.ts';
import type { Fact, Result } from '../round/facts.ts';
import type { PresentModel } from '../round/outcome.ts';
import type { Round } from '../round/round.ts';
import { roundOf, withFacts } from '../round/round-of.ts';
import type { Store } from '../store/store.ts';
import { csvOf } from './labels/csv.ts';
import type { Deployed } from './people.ts';
import { pinInForce, type Served, servedIn } from './serving/served.ts';

/** A fact before the journal says when it was. */
export type NewFact = Fact extends infer One ? (One extends Fact ? Omit<One, 'at'> : never) : never;

/** What the facts say, for whoever only reads them. */
export type Reading = {
  /** Every round by the name of its batch, the newest batch last. */
  names(): readonly string[];
  newest(): string | undefined;
  /** Throws when there is no round of this name. */
  round(name: string): Round;
  facts(name: string): readonly Fact[];
  /** Whether a round has a fact of this kind; quicker than its facts. */
  holds(name: string, kind: Fact['kind']): boolean;
  /** Everything that ever served, newest first; rounds are read as they are come to. */
  deployments(): IteratorObject<Served>;
  /** The model that serves now. */
  present(): PresentModel | undefined;
  /** What was deployed in the place of this result since. */
  deployedAfter(batch: string, result: Result): Deployed | undefined;
  /** What served before this result could, of earlier batches or by an earlier result of the same, newest first. */
  deploymentsBefore(batch: string, result: Result): IteratorObject<Served>;
  /** Every answer of every round, oldest first, as CSV with a header line. */
  csv(): string;
};

/** Everything that happened in a task's rounds. */
export type Journal = Reading & {
  /** Says when it was and keeps it, with a log line when it is news; false when the first fact's key was there already. */
  record(round: string, ...facts: readonly NewFact[]): Promise<boolean>;
  /** Throws where another process has taken the journal over since: asked before what no fact can take back. */
  refuseIfLost: Store['refuseIfLost'];
};

/** Owns the facts: whatever the task remembers is written and read here. */
export function openJournal(store: Store, now: () => Date, log: Log): Journal {
  const reading = readJournal(store);
  return {
    ...reading,
    refuseIfLost: store.refuseIfLost,
    async record(round, ...facts) {
      const at = now().toISOString();
      const isNew = await store.add(round, ...facts.map((fact) => ({ ...fact, at }) as Fact));
      if (isNew)
        for (const fact of facts.filter(isWorthALine))
          log(fact.kind, { round, key: fact.key, ...toldOf(fact, () => reading.round(round)) });
      return isNew;
    },
  };
}

/** The same facts without the pen. */
export function readJournal(store: Pick<Store, 'rounds' | 'facts' | 'holds'>): Reading {
  const roundNamed = keepRounds(store);
  const opened = new Set<string>();
  const isOpened = (name: string) => {
    if (!opened.has(name) && store.holds(name, 'round')) opened.add(name);
    return opened.has(name);
  };
  // What was said of a batch that failed stands there before its round.
  const names = () => store.rounds().filter(isOpened);
  const all = { names, facts: (name: string) => store.facts(name), holds: store.holds };
  const newestFirst = (rounds: readonly string[]) => servedIn(rounds, all);
  return {
    names,
    newest: () => store.rounds().findLast(isOpened),
    round: roundNamed,
    facts: all.facts,
    holds: store.holds,
    deployments: () => newestFirst(names()),
    present() {
      const [serving] = newestFirst(names());
      const model = serving && roundNamed(serving.batch).opened.models.find(isModelOf(serving.result));
      return model && { model: model.name, sha256: model.sha256, ...(pinInForce(all) && { isPinned: true }) };
    },
    deployedAfter(batch, { number }) {
      const rounds = names();
      let after: Deployed | undefined;
      for (const one of newestFirst(rounds.slice(rounds.indexOf(batch)))) {
        if (one.batch === batch && one.result.number === number) return after;
        after = one;
      }
      return undefined;
    },
    deploymentsBefore(batch, { number }) {
      const rounds = names();
      const announced = store.facts(batch).findIndex((fact) => fact.kind === 'result' && fact.result.number === number);
      const isEarlier = ({ noted }: Served) => noted.in !== batch || announced < 0 || noted.place < announced;
      return newestFirst(rounds.slice(0, rounds.indexOf(batch) + 1)).filter(isEarlier);
    },
    csv: () => csvOf(names().flatMap((name) => roundOf(store.facts(name)) ?? [])),
  };
}

/** How many rounds are kept as what their facts say: the newest, and the older ones that still owe something. */
const KEPT_MAX = 30;

/** Gives rounds by name. What was made of the facts at hand is grown by those that came since: a cache, and no more. */
function keepRounds(store: Pick<Store, 'facts'>): (name: string) => Round {
  const kept = new Map<string, { readonly facts: readonly Fact[]; readonly round: Round }>();
  return (name) => {
    const facts = store.facts(name);
    const before = kept.get(name);
    if (before?.facts === facts) return before.round;
    const isGrown = before && facts[before.facts.length - 1] === before.facts.at(-1);
    const round = isGrown ? withFacts(before.round, facts.slice(before.facts.length)) : roundOf(facts);
    if (!round) throw new Error(`The store has no round ${name}.`);
    kept.set(name, { facts, round });
    for (const oldest of kept.keys()) if (kept.size > KEPT_MAX) kept.delete(oldest);
    return round;
  };
}

function isModelOf({ model }: Result): (one: { readonly name: string }) => boolean {
  return ({ name }) => name === model;
}

/** That a message is about to be posted is for the next start to know; that it was posted, or could not be, has its line. */
function isWorthALine({ kind }: NewFact): boolean {
  return kind !== 'posting';
}

/** Who and what a fact is about, for the operator's log. */
function toldOf(fact: NewFact, round: () => Round): Record<string, unknown> {
  switch (fact.kind) {
    case 'answer':
      return { by: fact.annotator, image: fact.file };
    case 'deployment':
      return { model: round().results.find(({ result }) => result.number === fact.result)?.result.model };
    case 'handover':
      return { target: fact.target, of: fact.of };
    case 'pin':
      return { by: fact.by, model: fact.claim.model, batch: fact.of };
    case 'result': {
      const { model, isWinner, because, confidence, labels, doubt } = fact.result;
      return { model, isWinner, because, confidence: Number(confidence.toFixed(3)), labels, doubt };
    }
    default:
      return 'by' in fact ? { by: fact.by } : {};
  }
}
