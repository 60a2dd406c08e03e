import type { Log } from '../../log.ts';
import type { Journal } from '../journal.ts';
import type { Channel } from '../people.ts';
import type { Obstacle } from './obstacle.ts';
import { standingOf } from './standing.ts';

/** Something that may fail for as long as nobody mends it, and must hold up nothing else meanwhile. */
export type Effort = {
  /** Whose facts remember that admins were told. */
  readonly round: string;
  /** Unique over all rounds, and the same after a restart. */
  readonly name: string;
  /** What admins are told; left out where somebody else tells them, or nobody has to. */
  readonly trouble?: (problem: string) => Obstacle;
  /** Failures that are not of this kind are thrown, as they pass by themselves; all are where this is left out. */
  readonly isLasting?: (error: unknown) => boolean;
  /** The longest wait between two tries; an hour where this is left out. */
  readonly waitMostMs?: number;
};

/** Everything that may fail for a while, with its waits. */
export type Attempts = {
  /**
   * Does the work, unless it failed a short while ago: the waits grow. What fails is told to admins once, also over
   * restarts, and again where it worked in between. False when it is not done.
   */
  attempt(effort: Effort, work: () => Promise<void>): Promise<boolean>;
  /** Watches work that cannot wait: a failure is told in the same way, and thrown. */
  watch<T>(effort: Effort, work: () => Promise<T>): Promise<T>;
  /** How long the effort of this name still has to wait; 0 when it may be made now. */
  waitMs(name: string): number;
  /** What does not work at the moment, oldest first. */
  troubles(): readonly Obstacle[];
};

/** The first wait after a failure, and the longest. */
const [WAIT_LEAST_MS, WAIT_MOST_MS] = [15_000, 3_600_000];

type FailedEffort = { readonly at: number; readonly waitMs: number; readonly trouble: Obstacle | undefined };

type Reach = {
  readonly journal: Journal;
  readonly channel: Pick<Channel, 'tellAdmins'>;
  readonly now: () => Date;
  readonly log: Log;
};

/** The first thing after a restart is another try, as somebody may have mended it; the waits then go on where they were. */
export function openAttempts(reach: Reach): Attempts {
  const { journal, now, log } = reach;
  const failures = new Map<string, FailedEffort>();

  /** A clock that was set back must not make the wait longer. */
  function isWaiting({ at, waitMs }: FailedEffort): boolean {
    const passedMs = now().getTime() - at;
    return passedMs >= 0 && passedMs < waitMs;
  }

  async function note(effort: Effort, error: unknown): Promise<void> {
    const { name } = effort;
    const problem = error instanceof Error ? error.message : String(error);
    const before = failures.get(name);
    const waitMs = Math.min(effort.waitMostMs ?? WAIT_MOST_MS, before ? 2 * before.waitMs : firstWaitMs(effort, reach));
    const trouble = effort.trouble?.(problem);
    failures.set(name, { at: now().getTime(), waitMs, trouble });
    log('a step failed, will try again', { step: name, error: problem, inSeconds: waitMs / 1000 });
    if (!trouble) return;
    await keep(effort, trouble, journal);
    await tell(effort, trouble, reach);
  }

  return {
    async attempt(effort, work) {
      const { name, isLasting = () => true } = effort;
      const before = failures.get(name);
      if (before && isWaiting(before)) return false;
      try {
        await work();
      } catch (error) {
        if (!isLasting(error)) throw error;
        await note(effort, error);
        return false;
      }
      failures.delete(name);
      if (effort.trouble) await endTrouble(effort, journal);
      return true;
    },
    async watch(effort, work) {
      try {
        const outcome = await work();
        failures.delete(effort.name);
        return outcome;
      } catch (error) {
        await note(effort, error);
        throw error;
      }
    },
    waitMs: (name) => {
      const before = failures.get(name);
      return before && isWaiting(before) ? before.at + before.waitMs - now().getTime() : 0;
    },
    troubles: () => [...failures.values()].flatMap(({ trouble }) => trouble ?? []),
  };
}

/** Waits double, so they have come to about the time since the first failure, which an earlier process may have seen. */
function firstWaitMs({ round, name }: Effort, { journal, now }: Reach): number {
  const { since } = standingOf(name, journal.facts(round));
  return since === undefined ? WAIT_LEAST_MS : Math.max(WAIT_LEAST_MS, now().getTime() - Date.parse(since));
}

/** Listeners are told of it as of everything else: from the facts. */
async function keep({ round, name }: Effort, trouble: Obstacle, journal: Journal): Promise<void> {
  const { kind, batch, model, target, problem } = trouble;
  if (kind !== 'hand-over' && kind !== 'event') return;
  const who = { ...(model !== undefined && { model }), ...(target !== undefined && { target }) };
  const { mark } = standingOf(name, journal.facts(round));
  await journal.record(round, { kind: 'trouble', key: `trouble:${mark}`, batch, ...who, problem });
}

/** What fails again later is news then. */
async function endTrouble({ round, name }: Effort, journal: Journal): Promise<void> {
  const { since, mark } = standingOf(name, journal.facts(round));
  if (since !== undefined) await journal.record(round, { kind: 'cured', key: `cured:${mark}`, about: name });
}

async function tell({ round, name }: Effort, trouble: Obstacle, { journal, channel, log }: Reach): Promise<void> {
  const { isTold, mark } = standingOf(name, journal.facts(round));
  if (isTold) return;
  try {
    await channel.tellAdmins(trouble);
    // After it: a kill in between tells them twice, which is better than never.
    await journal.record(round, { kind: 'told', key: `told:${mark}`, about: name });
  } catch (error) {
    log('an admin could not be told', { about: name, error: String(error) });
  }
}
