import { mayDeploy } from '../../round/outcome.ts';
import { roundOf } from '../../round/round-of.ts';
import type { Context } from '../context.ts';
import type { CurrentRound } from '../current-round.ts';
import { resultKey } from '../messages/keys.ts';
import { isSuperseded } from './hand-over.ts';

/** Rounds that a newer one has followed, and that still owe people something. */
export type OlderRounds = {
  /** Takes over a round that is not the current one any more; it is closed once it owes nothing. */
  leave(round: CurrentRound): void;
  /** Does what they owe. What fails is logged and tried again, in growing intervals: nothing newer waits for it. */
  finish(finishOne: (round: CurrentRound) => Promise<unknown>): Promise<void>;
  close(): Promise<void>;
};

/** Nobody looks at messages that are older than so many rounds. */
const LOOKED_AFTER_MAX = 20;

/** Those of this process; what earlier ones left is read from the facts. */
export function openOlderRounds(context: Context, recall: (batch: string) => Promise<CurrentRound>): OlderRounds {
  const { log, attempts } = context;
  const rounds = new Map<string, CurrentRound>();
  /** After a start: to be read from disk when their turn comes. */
  let unread: string[] | undefined;

  async function readOne(name: string): Promise<void> {
    try {
      rounds.set(name, await recall(name));
    } catch (error) {
      log('left the old round as it was', { error: String(error) });
    }
  }

  async function finishOne(name: string, round: CurrentRound, work: (round: CurrentRound) => Promise<unknown>) {
    const isDone = await attempts.attempt({ round: name, name: `${name}:older` }, async () => {
      await work(round);
      if (owes(name, context)) throw new Error('It still waits for its announcement or its hand-over.');
    });
    if (!isDone) return;
    rounds.delete(name);
    await round.beliefs.close();
  }

  return {
    leave: (round) => void rounds.set(round.batch.name, round),
    async finish(work) {
      unread ??= lookedAfter(context).filter((name) => !rounds.has(name));
      for (const name of unread.splice(0)) await readOne(name);
      for (const [name, round] of [...rounds]) await finishOne(name, round, work);
    },
    close: async () => {
      for (const { beliefs } of rounds.values()) await beliefs.close();
    },
  };
}

/**
 * The rounds before the newest that a start reads. The last edits of the one just before it may have been lost in a crash,
 * whatever the facts say.
 */
export function lookedAfter(context: Pick<Context, 'journal'>): string[] {
  const older = context.journal.names().slice(-LOOKED_AFTER_MAX - 1, -1);
  return older.filter((name, index) => index === older.length - 1 || owes(name, context));
}

/** Whether the facts of a round say that something is still to be done in it. */
function owes(name: string, context: Pick<Context, 'journal'>): boolean {
  const round = roundOf(context.journal.facts(name));
  if (!round) return false;
  if (!round.result) return true;
  const { result, deployed } = round;
  const isUntold = !round.posted.has(resultKey(name, result.number));
  const isUnplaced = mayDeploy(round, result) && !deployed.has(result.number) && !isSuperseded(name, context);
  return isUntold || isUnplaced;
}
