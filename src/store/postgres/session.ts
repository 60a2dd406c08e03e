import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { nameOfPostgres } from './address.ts';
import { connect, hangUp, type PostgresPlace } from './connection.ts';
import { type LastingLine, openLine, Unanswered } from './line.ts';
import { bringUpToDate, schemaVersion } from './schema.ts';

/** Another process has taken the task over since. */
class TakenOver extends Error {}

/**
 * The one session of a task that may write. It holds the task's advisory lock, and everything is asked on its one connection:
 * so whoever has the lock knows that no statement of the session before is still under way.
 */
export type Session = Pick<LastingLine, 'query'> & {
  /** Which holder of the lock this is: one more each time that another process takes it. */
  readonly epoch: number;
  /** Throws where another process has taken the task over since, or nobody can tell. */
  refuseIfLost(): Promise<void>;
  /** Resolves with the reason and the cure once another process works on the task. */
  readonly lost: Promise<Error>;
  close(): Promise<void>;
};

/** How a session waits. */
export type SessionOptions = {
  /** Told once, before the wait for a process that works on the task, with who that is. */
  readonly onWait?: (holder: string) => void;
  /** How long a question waits for a server that is away: longer than it takes to forget a session that fell silent. */
  readonly patienceMs?: number;
};

/** How often the one at work says a word, how often the one that waits looks, and how soon a lost line is tried again; ms. */
const [BEAT_MS, LOOK_MS, AGAIN_MS] = [2_000, 1_000, 250];

/** Takes the task's lock, waiting for it as long as another process has it; makes the tables where there are none. */
export async function openSession(
  place: PostgresPlace,
  { onWait = () => undefined, patienceMs = 12_000 }: SessionOptions = {},
): Promise<Session> {
  const { task } = place;
  const { client, epoch } = await takeTurn(place, onWait);
  const { promise: lost, resolve: lose } = Promise.withResolvers<Error>();
  const line = openLine(client, (isEnded) => regain(place, epoch, isEnded), patienceMs);

  async function holds(): Promise<boolean> {
    const { rowCount } = await line.query('select from modelpicker.tasks where task = $1 and epoch = $2', [
      task,
      epoch,
    ]);
    return rowCount === 1;
  }

  async function refuseIfLost(): Promise<void> {
    try {
      // Once more on the next line, where one breaks.
      if (await holds().catch((error) => (error instanceof Unanswered ? holds() : Promise.reject(error)))) return;
    } catch (error) {
      if (error instanceof TakenOver) lose(error);
      throw error;
    }
    const reason = takenOver(task, await holderOf(line.query, task));
    lose(reason);
    await line.end(reason);
    throw reason;
  }

  const stopBeat = beat(refuseIfLost);
  return {
    ...{ epoch, query: line.query, refuseIfLost, lost },
    close: () => {
      stopBeat();
      return line.end(new Error('The bot has stopped.'));
    },
  };
}

/** A connection that has the task's lock, and the number of this holder. */
export async function takeTurn(
  place: PostgresPlace,
  onWait: (holder: string) => void,
): Promise<{ readonly client: pg.Client; readonly epoch: number }> {
  const client = await takeLock(place, onWait);
  try {
    await bringUpToDate(client);
    return { client, epoch: await beginEpoch(client, place.task) };
  } catch (error) {
    hangUp(client);
    throw new Error(`Can't use the Postgres ${nameOfPostgres(place.address)}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** A word now and then, so that the server does not take a bot that has nothing to do for one that is gone. */
function beat(word: () => Promise<void>): () => void {
  let isUnderWay = false;
  const timer = setInterval(async () => {
    if (isUnderWay) return;
    isUnderWay = true;
    await word().catch(() => undefined);
    isUnderWay = false;
  }, BEAT_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** A connection that has the lock. What is wrong is told until the wait has begun; then it outlasts a server's restart. */
async function takeLock(place: PostgresPlace, onWait: (holder: string) => void): Promise<pg.Client> {
  for (let isWaiting = false; ; await sleep(LOOK_MS)) {
    const client = await connect(place).catch((error: unknown) => {
      if (!isWaiting) throw error;
    });
    try {
      while (client) {
        if (!isWaiting) await schemaVersion(client);
        if (await isLocked(client, place.task)) return client;
        if (!isWaiting) onWait(await holderOf(asking(client), place.task));
        isWaiting = true;
        await sleep(LOOK_MS);
      }
    } catch (error) {
      if (client) hangUp(client);
      if (!isWaiting) throw error;
    }
  }
}

/** A new holder: whatever writes of the one before come late are refused from here on. */
async function beginEpoch(client: pg.Client, task: string): Promise<number> {
  const { rows } = await client.query<{ epoch: number }>(
    `insert into modelpicker.tasks (task, epoch, holder, since) values ($1, 1, $2, now())
     on conflict (task) do update set epoch = tasks.epoch + 1, holder = excluded.holder, since = excluded.since
     returning epoch`,
    [task, `process ${process.pid} on ${hostname()}`],
  );
  return rows[0]!.epoch;
}

/** After the line broke: the next connection, once it has the lock. Throws where another process had it in between. */
async function regain(place: PostgresPlace, epoch: number, isEnded: () => boolean): Promise<pg.Client> {
  for (;;) {
    const client = await connect(place).catch(() => undefined);
    const state = client && (await stateOf(client, place.task, epoch).catch(() => undefined));
    if (client && state === 'ours') return client;
    const holder = client && state === 'lost' ? await holderOf(asking(client), place.task) : undefined;
    if (client) hangUp(client);
    if (holder !== undefined) throw takenOver(place.task, holder);
    if (isEnded()) throw new Error('The bot has stopped.');
    await sleep(AGAIN_MS);
  }
}

/** `undefined`: the server has not forgotten the session before yet. */
async function stateOf(client: pg.Client, task: string, epoch: number): Promise<'ours' | 'lost' | undefined> {
  const isFree = await isLocked(client, task);
  const { rowCount } = await client.query('select from modelpicker.tasks where task = $1 and epoch = $2', [
    task,
    epoch,
  ]);
  if (rowCount === 0) return 'lost';
  return isFree ? 'ours' : undefined;
}

async function isLocked(client: pg.Client, task: string): Promise<boolean> {
  const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [lockOf(task)]);
  return rows[0]!.got;
}

/** Advisory locks go by 64 bits, one space for a database. */
function lockOf(task: string): string {
  return createHash('sha256').update(`modelpicker ${task}`).digest().readBigInt64BE().toString();
}

const SOMEBODY = 'one that has not said who it is';

async function holderOf(query: LastingLine['query'], task: string): Promise<string> {
  // Whoever comes first has the lock before there are tables.
  const found = await query<{ holder: string }>('select holder from modelpicker.tasks where task = $1', [task]).catch(
    () => undefined,
  );
  return found?.rows[0]?.holder ?? SOMEBODY;
}

function asking(client: pg.Client): LastingLine['query'] {
  return (sql, values) => client.query(sql, [...values]);
}

function takenOver(task: string, holder: string): TakenOver {
  return new TakenOver(
    `Another bot (${holder}) has taken over task ${task}, because the server had not heard of this one for 8 s or more. This one ends; started again, it waits for its turn.`,
  );
}
