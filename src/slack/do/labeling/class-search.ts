import type { PlainTextOption } from '@slack/types';
import type { Parts } from '../../parts.ts';
import { option } from '../../say/lane.ts';

/** Slack shows at most this many suggestions. */
const maxSuggestions = 100;

/** The classes that match what somebody types for a question: for an answered one, too, or its window would be a dead end. */
export function suggest(parts: Parts, question: string, query: string): PlainTextOption[] {
  const { classes } = parts.task.question(question) ?? { classes: [] };
  return searchClasses(classes, query).map((index) => option(classes[index] ?? '', String(index)));
}

/**
 * Classes that match what somebody types, as indices: names that start with it first, then names with a word that
 * starts with it, then names that contain it; within each group in the order of the label set. Everything, up to the
 * limit, for an empty query.
 */
export function searchClasses(classes: readonly string[], query: string): number[] {
  const wanted = fold(query);
  const ranked: number[][] = [[], [], []];
  classes.forEach((name, index) => {
    const rank = rankOf(fold(name), wanted);
    if (rank !== undefined) ranked[rank]?.push(index);
  });
  return ranked.flat().slice(0, maxSuggestions);
}

function rankOf(name: string, wanted: string): number | undefined {
  if (name.startsWith(wanted)) return 0;
  if (name.split(/[\s_.,/-]+/).some((word) => word.startsWith(wanted))) return 1;
  return name.includes(wanted) ? 2 : undefined;
}

/** Case and accents don't matter: "ecole" finds "École". */
function fold(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().trim();
}
