import type { FactOf } from '../../round/facts.ts';
import type { Store } from '../../store/store.ts';
import { isTroubleOf } from '../going-on/standing.ts';
import type { Journal } from '../journal.ts';

/** Where facts about hand-overs stand: beside the rounds, by a name that no batch can have. */
export const LEDGER = '.hand-overs';

/** Of a listener that was told for the first time: it hears what happens from then on. */
const BEGINNING = 'beginning';
const END = 'end';

/** What every target has and every listener has heard, as facts. */
export type Ledger = LedgerReading & {
  note(target: string, of: string): Promise<void>;
  begin(listener: string): Promise<void>;
  end(listener: string): Promise<void>;
};

/** The same without the pen. */
type LedgerReading = {
  /** What a target was handed last; undefined before anything was. */
  last(target: string): string | undefined;
  /** Since when a listener is told of events (ISO 8601), what it has heard, and whether it wants no more. */
  heardBy(listener: string): {
    readonly since: string | undefined;
    readonly events: ReadonlySet<string>;
    readonly isGone: boolean;
  };
  /** What it was that did not work last with a target, or was not told to a listener, and has not worked since. */
  trouble(target: string): FactOf<'trouble'> | undefined;
};

/** The ledger of a store, to be written as well. */
export function openLedger(store: Store, record: Journal['record']): Ledger {
  const reading = readLedger(store);
  const note = async (target: string, of: string) => {
    const count = store.facts(LEDGER).filter((fact) => fact.kind === 'handover' && fact.target === target).length;
    await record(LEDGER, { kind: 'handover', key: `${target}:${count + 1}`, target, of });
  };
  return {
    ...reading,
    note,
    begin: (listener) => note(listener, BEGINNING),
    end: (listener) => note(listener, END),
  };
}

/** The ledger of a store, to look at only. */
export function readLedger(store: Pick<Store, 'facts'>): LedgerReading {
  const factsOf = (target: string) =>
    store
      .facts(LEDGER)
      .filter((fact): fact is FactOf<'handover'> => fact.kind === 'handover' && fact.target === target);
  return {
    last: (target) => factsOf(target).at(-1)?.of,
    heardBy(listener) {
      const facts = factsOf(listener);
      return {
        since: facts.find(({ of }) => of === BEGINNING)?.at,
        events: new Set(facts.map(({ of }) => of)),
        isGone: facts.at(-1)?.of === END,
      };
    },
    trouble(target) {
      const facts = store.facts(LEDGER);
      const last = facts.findLast(
        (fact) => (fact.kind === 'handover' || fact.kind === 'trouble') && fact.target === target,
      );
      if (last?.kind !== 'trouble') return undefined;
      // What a target had already, and was asked about after a start, is not a hand-over.
      const since = facts.slice(facts.indexOf(last));
      return since.some((fact) => fact.kind === 'cured' && isTroubleOf(fact.about, last.key)) ? undefined : last;
    },
  };
}
