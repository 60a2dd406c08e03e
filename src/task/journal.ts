import type { Log } from '../log.ts';
import type { Fact, Result } from '../round/facts.ts';
import type { PresentModel } from '../round/outcome.ts';
import { type Round, roundOf } from '../round/round.ts';
import type { Store } from '../store/store.ts';
import { csvOf } from './csv.ts';
import type { Deployed } from './people.ts';

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
  /** Every deployment, newest first. */
  deployments(): Deployed[];
  /** The model that serves now. */
  present(): PresentModel | undefined;
  /** What was deployed in the place of this result since. */
  deployedAfter(batch: string, result: Result): Deployed | undefined;
  /** What served before this result could: that of an earlier batch, or an earlier result of the same. */
  deployedBefore(batch: string, result: Result): Deployed | undefined;
  /** Every answer of every round, oldest first, as CSV with a header line. */
  csv(): string;
};

/** Everything that happened in a task's rounds. */
export type Journal = Reading & {
  /** Says when it was and keeps it, with a log line when it is news; false when the first fact's key was there already. */
  record(round: string, ...facts: readonly NewFact[]): Promise<boolean>;
};

/** Owns the facts: whatever the task remembers is written and read here. */
export function openJournal(store: Store, now: () => Date, log: Log): Journal {
  return {
    ...readJournal(store),
    async record(round, ...facts) {
      const at = now().toISOString();
      const isNew = await store.add(round, ...facts.map((fact) => ({ ...fact, at }) as Fact));
      if (isNew) for (const fact of facts) log(fact.kind, { round, key: fact.key, ...claimedIn(fact) });
      return isNew;
    },
  };
}

/** The same facts without the pen. */
export function readJournal(store: Pick<Store, 'rounds' | 'facts'>): Reading {
  const rounds = () => store.rounds().flatMap((name) => roundOf(store.facts(name)) ?? []);
  // What was said of a batch that failed stands there before its round.
  const names = () => store.rounds().filter((name) => store.facts(name).some(({ kind }) => kind === 'round'));
  const deployments = () =>
    rounds()
      .flatMap((round) => deploymentsIn(round, store.facts(round.opened.batch)))
      .reverse();
  return {
    names,
    newest: () => names().at(-1),
    round(name) {
      const round = roundOf(store.facts(name));
      if (!round) throw new Error(`The store has no round ${name}.`);
      return round;
    },
    facts: (name) => store.facts(name),
    deployments,
    present() {
      const [serving] = deployments();
      const model = serving && roundOf(store.facts(serving.batch))?.opened.models.find(isModelOf(serving.result));
      return model && { model: model.name, sha256: model.sha256 };
    },
    deployedAfter(batch, { number }) {
      const all = deployments();
      return all[all.findIndex((one) => one.batch === batch && one.result.number === number) - 1];
    },
    deployedBefore(batch, { number }) {
      const isEarlier = (other: string) => names().indexOf(other) < names().indexOf(batch);
      return deployments().find((one) => isEarlier(one.batch) || (one.batch === batch && one.result.number < number));
    },
    csv: () => csvOf(rounds()),
  };
}

/** In the order they were made. */
function deploymentsIn({ opened, results, withdrawnBy }: Round, facts: readonly Fact[]): Deployed[] {
  return facts.flatMap((fact) => {
    const of = fact.kind === 'deployment' && results.find(({ result }) => result.number === fact.result);
    if (!of) return [];
    const by = withdrawnBy.get(of.result.number);
    return [{ batch: opened.batch, result: of.result, at: fact.at, ...(by !== undefined && { withdrawnBy: by }) }];
  });
}

function isModelOf({ model }: Result): (one: { readonly name: string }) => boolean {
  return ({ name }) => name === model;
}

/** What a result claims, for the operator's log. */
function claimedIn(fact: NewFact): Record<string, unknown> {
  if (fact.kind !== 'result') return {};
  const { model, isWinner, because, confidence, labels, doubt } = fact.result;
  return { model, isWinner, because, confidence: Number(confidence.toFixed(3)), labels, doubt };
}
