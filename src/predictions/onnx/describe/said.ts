import { DESCRIPTION_FIELDS, type OwnDescription } from './model-description.ts';

type DescriptionField = keyof OwnDescription;

/** What one place says about a model, and what it says but cannot be understood. */
export type Said = {
  /** For people: the file or setting. */
  readonly from: string;
  readonly says: OwnDescription;
  readonly troubles: readonly NotUnderstood[];
  /** Written for exactly this model, to put right what its files say. */
  readonly isDeliberate?: boolean;
};

/** What was not understood, and the fields that somebody else has to say then. */
type NotUnderstood = { readonly about: readonly DescriptionField[]; readonly reason: string };

/** A part of a file: the fields it is about, and how they are read from it. */
export type Part = readonly [about: readonly DescriptionField[], read: () => OwnDescription];

/** Reads the parts of a place, each for itself: what is wrong in one leaves the others as they are. */
export function sayingOf(from: string, ...parts: readonly Part[]): Said {
  const troubles: NotUnderstood[] = [];
  const says = parts.map(([about, read]) => {
    try {
      return read();
    } catch (error) {
      troubles.push({ about, reason: `${from}: ${(error as Error).message}` });
      return {};
    }
  });
  return { from, says: Object.assign({}, ...says), troubles };
}

/** What all places together say about a model. */
export type Merged = {
  readonly description: OwnDescription;
  /** Who said each field that somebody said. */
  readonly saidBy: Partial<Record<DescriptionField, string>>;
};

/**
 * For each field the word of the first who says it, best place first. What a place says but nobody understands is not
 * filled from a lesser one, unless that was written for exactly this model.
 *
 * @throws with everything that was not understood, where it stands, and the cure.
 */
export function merge(places: readonly Said[]): Merged {
  const open = places.flatMap(({ troubles }, at) => {
    const rescuers = places.filter(({ isDeliberate }, other) => isDeliberate || other < at);
    return troubles.filter(
      ({ about }) => !about.every((field) => rescuers.some(({ says }) => says[field] !== undefined)),
    );
  });
  if (open.length > 0) {
    const fields = [...new Set(open.flatMap(({ about }) => about))];
    const reasons = open.map(({ reason }) => reason).join('; ');
    throw new Error(`${reasons}. Correct it, or put ${inWords(fields)} into a modelpicker.json beside the model`);
  }
  const description: Record<string, unknown> = {};
  const saidBy: Partial<Record<DescriptionField, string>> = {};
  for (const field of DESCRIPTION_FIELDS) {
    const first = places.find(({ says }) => says[field] !== undefined);
    if (!first) continue;
    description[field] = first.says[field];
    saidBy[field] = first.from;
  }
  return { description: description as OwnDescription, saidBy };
}

/** "mean, std and width". */
function inWords(words: readonly string[]): string {
  return [words.slice(0, -1).join(', '), words.at(-1)].filter((part) => part !== '').join(' and ');
}
