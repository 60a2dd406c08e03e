import type { Target } from '../deploy/target.ts';
import type { Log } from '../log.ts';
import type { Attempts } from './going-on/attempts.ts';
import type { Journal } from './journal.ts';
import type { Results } from './messages/results.ts';
import type { Announcement, Channel } from './people.ts';

/** What a task's work reaches: its facts, its people, where winners go, the clock and the log. */
export type Context = {
  readonly journal: Journal;
  readonly channel: Channel;
  /** Where a winner is put before anybody hears of it; absent where winners only go to other machines. */
  readonly target?: Target;
  /** Where the daily announcement comes together with those of other tasks. */
  readonly results?: Results;
  /** Announcements as this process has shown them, by their message's key: each changes when its result no longer stands. */
  readonly announced: Map<string, Announcement>;
  /** For what may fail until somebody mends it. */
  readonly attempts: Attempts;
  /** Lets people go first while this waits for the method; for the work that is due alone. */
  readonly aside: <T>(work: () => Promise<T>) => Promise<T>;
  readonly now: () => Date;
  readonly log: Log;
  /** Says why each step was chosen, where the operator wants to know. */
  readonly debug?: Log;
};
