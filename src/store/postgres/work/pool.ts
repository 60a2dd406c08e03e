import pg from 'pg';
import { inTransaction, isRefusal, refuseOld, unreached } from '../connection.ts';
import { newestSchema, schemaVersion } from '../schema.ts';

/** Asks the server. */
export type Asking = {
  query<Row extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<pg.QueryResult<Row>>;
};

/** Connections to the server for whoever needs no lock: made when something is asked, and given back soon. */
export type WorkPool = Asking & {
  /** All of it, or nothing. */
  inTransaction<Found>(work: (asking: Asking) => Promise<Found>): Promise<Found>;
  end(): Promise<void>;
};

/** Beats come every ten seconds: a thousand workers that are computing must not hold a thousand connections. */
const IDLE_MS = 2_000;

/** @throws where the server is too old for this release, or another release has made the tables. */
async function refuse(client: pg.ClientBase): Promise<void> {
  await refuseOld(client);
  const version = await schemaVersion(client);
  if (version === newestSchema) return;
  const found =
    version === 0
      ? 'no bot has made its tables yet'
      : `its tables are of version ${version}, made by an older release; this one knows ${newestSchema}`;
  throw new Error(`${found}: start the bot of this release first`);
}

/** @throws what is in the way of the first connection, and the cure. */
export async function openWorkPool(address: string, name: string): Promise<WorkPool> {
  const pool = new pg.Pool({
    connectionString: address,
    application_name: name,
    max: 3,
    idleTimeoutMillis: IDLE_MS,
    connectionTimeoutMillis: 10_000,
    query_timeout: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 3_000,
  });
  // What waits for an answer is told; an idle line that breaks is made anew.
  pool.on('error', () => undefined);
  try {
    const client = await pool.connect();
    await refuse(client).finally(() => client.release());
  } catch (error) {
    await pool.end();
    throw unreached(address, error as Error);
  }
  return {
    query: (sql, values) => pool.query(sql, values && [...values]),
    async inTransaction(work) {
      const client = await pool.connect();
      let broken: Error | undefined;
      // A line that breaks while nothing is asked on it must not end the process.
      const onError = (error: Error) => {
        broken = error;
      };
      client.on('error', onError);
      try {
        return await inTransaction(client, () => work(client));
      } catch (error) {
        if (!isRefusal(error)) broken ??= error as Error;
        throw error;
      } finally {
        client.off('error', onError);
        client.release(broken);
      }
    },
    end: () => pool.end(),
  };
}
