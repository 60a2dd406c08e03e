import type { Attempts } from '../going-on/attempts.ts';
import type { Journal } from '../journal.ts';

/** What the daily message of several tasks needs of each. */
export type Member = { readonly journal: Journal; readonly attempts: Attempts };

/** A task's part in the daily message of those that share a channel for results. */
export type Results = {
  /** From now on the message speaks of this task, too. */
  join(member: Member): void;
  /** Posts the message of this local date, once, whichever task asks first and whatever is killed in between. */
  announceDay(date: string): Promise<boolean>;
  /** Says of each task what has become since of what the message of this date named. False where there is none. */
  renew(date: string): Promise<boolean>;
};
