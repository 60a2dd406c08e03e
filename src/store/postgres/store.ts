import { z } from 'zod';
import { Fact } from '../../round/facts.ts';
import type { Store } from '../store.ts';
import { nameOfPostgres } from './address.ts';
import { isRefusal, type PostgresPlace } from './connection.ts';
import { Unanswered } from './line.ts';
import { reading, readRounds } from './read.ts';
import { type KnownRound, knownRound } from './rounds.ts';
import { openSession, type Session, type SessionOptions } from './session.ts';

const Facts = z.array(Fact);

/** Keeps the facts of a task in a Postgres, where only one process may write them: others wait until it is gone. */
export async function openPostgresStore(place: PostgresPlace, options: SessionOptions = {}): Promise<Store> {
  const session = await openSession(place, options);
  try {
    return storeOn(session, place, await readRounds(session.query, place));
  } catch (error) {
    await session.close();
    throw error;
  }
}

function storeOn(session: Session, place: PostgresPlace, rounds: Map<string, KnownRound>): Store {
  const name = nameOfPostgres(place.address);
  const append = appending(session, place, rounds);
  // One write at a time over all rounds, so that a fact's place is known before it is written.
  let lastWrite: Promise<unknown> = Promise.resolve();
  let isClosed = false;
  return {
    damaged: [],
    ...reading(rounds),
    add: async (round, ...facts) => {
      if (isClosed) throw new Error(`The bot has stopped; nothing was saved to ${name}.`);
      const written = lastWrite.then(() => append(round, Facts.parse(facts)));
      lastWrite = written.catch(() => undefined);
      return written.catch((error: Error) => {
        throw refused(name, error);
      });
    },
    refuseIfLost: session.refuseIfLost,
    lost: session.lost,
    close: async () => {
      isClosed = true;
      await lastWrite;
      await session.close();
    },
  };
}

/** Adds facts to a round, in the database and then in `rounds`; one call at a time. */
function appending(
  session: Session,
  place: PostgresPlace,
  rounds: Map<string, KnownRound>,
): (round: string, facts: readonly Fact[]) => Promise<boolean> {
  /** The round of a write of which nobody knows yet whether it was done. */
  let doubtful: string | undefined;
  const countOf = (round: string) => rounds.get(round)?.facts.length ?? 0;

  function grow(round: string, fresh: readonly Fact[]): void {
    if (fresh.length === 0) return;
    if (!rounds.has(round)) rounds.set(round, knownRound('[]'));
    rounds.get(round)!.grow(fresh);
  }

  /** The lock is ours again only when the session that wrote is over: what it has not done by now is never done. */
  async function settleDoubt(): Promise<void> {
    if (doubtful === undefined) return;
    const found = await readRounds(session.query, place, doubtful, countOf(doubtful));
    grow(doubtful, found.get(doubtful)?.facts ?? []);
    doubtful = undefined;
  }

  async function write(round: string, fresh: readonly Fact[]): Promise<void> {
    const places = fresh.map((_, nth) => countOf(round) + nth);
    const keys = fresh.map(({ key }) => key);
    const texts = fresh.map((fact) => JSON.stringify(fact));
    const asked = session.query(WRITE, [place.task, session.epoch, round, places, keys, texts]);
    const { rowCount } = await asked.catch((error: unknown) => {
      if (error instanceof Unanswered) doubtful = round;
      throw error;
    });
    if (rowCount === 0) await session.refuseIfLost();
    grow(round, fresh);
  }

  return async (round, facts) => {
    await settleDoubt();
    const [first] = facts;
    const isThere = ({ key }: Fact) => rounds.get(round)?.keys.has(key) ?? false;
    if (!first || isThere(first)) return false;
    // As a start would read them: strings cut from a payload would keep all of it in memory.
    const fresh: Fact[] = JSON.parse(JSON.stringify(facts.filter((fact) => !isThere(fact))));
    await write(round, fresh).catch(async (error: unknown) => {
      if (!(error instanceof Unanswered)) throw error;
      await settleDoubt();
      if (!isThere(first)) await write(round, fresh);
    });
    return true;
  };
}

/** Every fact at its place, if the task is still this epoch's; the takeover of another waits for the end of this, or comes first. */
const WRITE = `
  with ours as (select from modelpicker.tasks where task = $1 and epoch = $2 for share)
  insert into modelpicker.facts (task, round, place, key, epoch, fact)
  select $1, $3, one.place, one.key, $2, one.fact::json
  from ours, unnest($4::int[], $5::text[], $6::text[]) as one (place, key, fact)
`;

function refused(name: string, error: Error): Error {
  if (error instanceof Unanswered)
    return new Error(`Can't save to ${name} for certain: ${error.message}. It may be there after the next try.`);
  return isRefusal(error) ? new Error(`Can't save to ${name}: ${error.message}.`, { cause: error }) : error;
}
