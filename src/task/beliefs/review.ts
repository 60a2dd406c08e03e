import type { AnnotatorRecord } from '../../method/annotators.ts';
import type { SettledLabel } from '../../method/settled.ts';

/** What the clicks say of those who gave them, in the order of their first one, and of each image they answered. */
export type Review = { readonly people: readonly AnnotatorRecord[]; readonly settled: readonly SettledLabel[] };

/** The people of the newest round, in the order of their first label: for admins, never a ranking. */
export type PeopleReport = { readonly batch: string; readonly people: readonly AnnotatorRecord[] };

/** An image's label after everything said about it; `class` is null where it is one that no model and no two people named. */
export type Settled = {
  readonly file: string;
  readonly class: string | null;
  readonly probability: number;
  readonly opinions: number;
};
