import type { Question } from '../../task/people.ts';

/** With at most this many classes all of them are buttons; with more, the candidates and a search over all. */
const maxChoices = 8;

/**
 * The classes to offer for a question, as indices in the fixed order of the label set, never by votes, and whether the
 * others need a search.
 */
export function choices(question: Question): { readonly offered: readonly number[]; readonly needsSearch: boolean } {
  const all = question.classes.map((_, index) => index);
  if (all.length <= maxChoices) return { offered: all, needsSearch: false };
  const candidates = question.candidates.filter((index) => index in question.classes).slice(0, maxChoices);
  return { offered: candidates.toSorted((a, b) => a - b), needsSearch: true };
}
