import type { Journal } from '../journal.ts';

/** Where these facts stand: beside the rounds, by a name that no batch can have. */
const PLACE = '.told';

/** What admins were told is wrong outside the rounds, for as long as it is: a restart does not tell them again. */
export type Told = {
  /** Names of what they were told of and has not worked since. */
  standing(): readonly string[];
  begin(about: string): Promise<void>;
  /** Next time it is news again. */
  end(about: string): Promise<void>;
};

/** Without a journal it is remembered for this process only. */
export function openTold(journal?: Pick<Journal, 'facts' | 'record'>): Told {
  const standing = new Set<string>();
  const before = journal?.facts(PLACE) ?? [];
  for (const fact of before) {
    if (fact.kind === 'told') standing.add(fact.about);
    if (fact.kind === 'cured') standing.delete(fact.about);
  }
  let count = before.length;
  async function note(kind: 'told' | 'cured', about: string): Promise<void> {
    count += 1;
    await journal?.record(PLACE, { kind, key: `${kind}:${count}`, about });
  }
  return {
    standing: () => [...standing],
    async begin(about) {
      standing.add(about);
      await note('told', about);
    },
    async end(about) {
      if (standing.delete(about)) await note('cured', about);
    },
  };
}
