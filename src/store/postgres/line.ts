import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { hangUp, isRefusal } from './connection.ts';

/** The line broke before the server said what became of a statement. */
export class Unanswered extends Error {}

/** A connection that is made anew whenever it breaks. */
export type LastingLine = {
  /** Asks the server. Throws Unanswered; what the server refused, of which nothing was done; or what `regain` ended with. */
  query<Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[]): Promise<pg.QueryResult<Row>>;
  /** From now on nothing is asked any more, and `reason` is thrown. */
  end(reason: Error): Promise<void>;
};

/**
 * `regain` makes the next connection once one is broken, for as long as that takes; what it throws is the end. Who asks
 * meanwhile waits for it `patienceMs` at most.
 */
export function openLine(
  first: pg.Client,
  regain: (isEnded: () => boolean) => Promise<pg.Client>,
  patienceMs: number,
): LastingLine {
  let open: pg.Client | undefined = first;
  let next: Promise<pg.Client> = Promise.resolve(first);
  let ended: Error | undefined;
  /** A connection takes one question at a time; `pg` still queues them itself, and its next version will not. */
  let turn: Promise<unknown> = Promise.resolve();

  function askInTurn(client: pg.Client, sql: string, values: readonly unknown[]) {
    const answer = turn.then(() => client.query(sql, [...values]));
    turn = answer.catch(() => undefined);
    return answer;
  }

  /** Only the first who notices: several may have been waiting for answers. */
  function giveUp(broken: pg.Client): void {
    hangUp(broken);
    if (open !== broken || ended) return;
    open = undefined;
    next = regain(() => ended !== undefined).then((client) => {
      if (ended) hangUp(client);
      open = client;
      return client;
    });
    next.catch((reason: Error) => {
      ended ??= reason;
    });
  }

  async function whenOpen(): Promise<pg.Client> {
    if (ended) throw ended;
    if (open) return open;
    const patience = new AbortController();
    const late = sleep(patienceMs, undefined, { ref: false, signal: patience.signal }).then(() => {
      throw new Unanswered('the server cannot be reached');
    });
    return Promise.race([next, late]).finally(() => patience.abort());
  }

  return {
    query: async (sql, values) => {
      const client = await whenOpen();
      try {
        return await askInTurn(client, sql, values);
      } catch (error) {
        if (ended) throw ended;
        if (isRefusal(error)) throw error;
        giveUp(client);
        throw new Unanswered(`the line broke (${(error as Error).message})`);
      }
    },
    end: async (reason) => {
      ended ??= reason;
      if (open) await Promise.race([open.end(), sleep(GOODBYE_MS, undefined, { ref: false })]);
    },
  };
}

/** Where the server is away, nobody has to be told. */
const GOODBYE_MS = 1_000;
