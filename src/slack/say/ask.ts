import type { Question } from '../../task/people.ts';

/** A block holds 25 buttons, and one of them is *Can't tell*. */
const buttonsMax = 24;
/** This many letters of names fill some seven lines of buttons, which leaves the image in sight. With few classes, any name fits. */
const [lettersMax, fewClasses] = [400, 8];
/** With fewer, the candidates stand out, and whoever labels picks between what models said. */
const offeredLeast = 12;

/**
 * The classes to offer for a question, as indices in the fixed order of the label set, never by votes, and whether the
 * others need a search. Where not all fit, the candidates stand among at least as many classes that nobody predicted.
 */
export function choices(question: Question): { readonly offered: readonly number[]; readonly needsSearch: boolean } {
  const { classes, candidates, others } = question;
  if (doFit(classes)) return { offered: classes.map((_, index) => index), needsSearch: false };
  const shown = candidates.filter((index) => index in classes).slice(0, buttonsMax);
  const count = Math.min(Math.max(2 * shown.length, offeredLeast), buttonsMax);
  const hidden = [...shown, ...others.slice(0, count - shown.length)];
  return { offered: hidden.toSorted((a, b) => a - b), needsSearch: true };
}

function doFit(classes: readonly string[]): boolean {
  const letters = classes.reduce((sum, name) => sum + name.length, 0);
  return classes.length <= fewClasses || (classes.length <= buttonsMax && letters <= lettersMax);
}
