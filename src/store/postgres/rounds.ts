import type { Fact } from '../../round/facts.ts';
import { factsIn, type Lines } from '../fact-lines.ts';

/** What is known of a round. */
export type KnownRound = {
  /** Made when somebody first wants them; a list that has changed is another list. */
  readonly facts: readonly Fact[];
  readonly keys: ReadonlySet<string>;
  /** Whether there is a fact of this kind, without making them. */
  holds(kind: Fact['kind']): boolean;
  grow(fresh: readonly Fact[]): void;
};

/** `text`: a JSON list of the facts that are there already. */
export function knownRound(text: string): KnownRound {
  // Either the text or what was made of it is kept, never both.
  let lines: Lines | undefined = factsIn(text);
  let facts: readonly Fact[] = [];
  let keys = new Set<string>();

  function make(): void {
    if (!lines) return;
    facts = lines.facts();
    keys = new Set(facts.map(({ key }) => key));
    lines = undefined;
  }

  return {
    get facts() {
      make();
      return facts;
    },
    get keys() {
      make();
      return keys;
    },
    holds: (kind) => lines?.holds(kind) ?? facts.some((fact) => fact.kind === kind),
    grow(fresh) {
      make();
      facts = [...facts, ...fresh];
      for (const { key } of fresh) keys.add(key);
    },
  };
}
