import type { Fact } from '../../round/facts.ts';

/** What the facts say of an effort that may fail, over all processes that made it. */
type Standing = {
  /** Since when it has not worked (ISO 8601); absent while nothing is known to be wrong. */
  readonly since?: string;
  /** Whether admins were told of that. */
  readonly isTold: boolean;
  /** Sets the keys of facts about this failure apart from those about earlier ones, which have passed. */
  readonly mark: string;
};

/** Of the effort of this name, by the facts of the round that remembers it. */
export function standingOf(name: string, facts: readonly Fact[]): Standing {
  const about = facts.filter((fact) => isAbout(name, fact));
  const cures = about.filter(({ kind }) => kind === 'cured').length;
  const since = about.slice(about.findLastIndex(({ kind }) => kind === 'cured') + 1);
  const trouble = since.find(({ kind }) => kind === 'trouble');
  return {
    ...(trouble && { since: trouble.at }),
    isTold: since.some(({ kind }) => kind === 'told'),
    mark: cures === 0 ? name : `${name}#${cures}`,
  };
}

function isAbout(name: string, fact: Fact): boolean {
  if (fact.kind === 'trouble') return isTroubleOf(name, fact.key);
  return (fact.kind === 'told' || fact.kind === 'cured') && fact.about === name;
}

/** Whether this is the key of a fact that the effort of this name failed. */
export function isTroubleOf(name: string, key: string): boolean {
  return key === `trouble:${name}` || key.startsWith(`trouble:${name}#`);
}
