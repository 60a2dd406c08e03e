import type { Report } from '../src/simulate/experiment.ts';

/** What is tried: a name for the tables, the options of `simulate`, and where it is tried if not on every set. */
export type Trial = { readonly name: string; readonly options: readonly string[]; readonly set?: string };

/** A trial's outcome on one set; `identified[labels]` is the share of pools with the best model in front. */
export type Outcome = { readonly trial: string; readonly report: Report; readonly identified: readonly number[] };
