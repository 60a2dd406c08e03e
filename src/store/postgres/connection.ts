import pg from 'pg';
import { nameOfPostgres } from './address.ts';

/** A task's facts in a Postgres. */
export type PostgresPlace = {
  /** `postgres://…`; what it leaves out comes from the variables that every Postgres program reads, such as PGPASSWORD. */
  readonly address: string;
  /** The name under which the task's facts are kept. */
  readonly task: string;
};

/** Nobody waits longer for the server to be reached, or for an answer. */
const [REACH_MS, ANSWER_MS] = [15_000, 10_000];

/** The first that ends sessions which have fallen silent. */
const OLDEST_SERVER = 140_000;

/**
 * Of a session: the server ends it after this long without a word, so that the lock of a process that is only stopped, or cut
 * off, is free for another; a dead line is noticed as soon. And what is committed is on disk.
 */
const SESSION = `
  set idle_session_timeout = '8s';
  set tcp_keepalives_idle = 3;
  set tcp_keepalives_interval = 2;
  set tcp_keepalives_count = 3;
  select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off';
`;

/** One connection to the server. Throws what is in the way, and the cure; never what the address holds of secrets. */
export async function connect({ address, task }: PostgresPlace): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: address,
    application_name: `modelpicker ${task}`,
    connectionTimeoutMillis: REACH_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 3_000,
  });
  // What waits for an answer is told; where nothing waits, the next question is.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await refuseOld(client);
    await client.query(SESSION);
    return client;
  } catch (error) {
    hangUp(client);
    throw unreached(address, error as Error);
  }
}

/** Without waiting for a goodbye: the line may be dead. */
export function hangUp(client: pg.Client): void {
  client.end().catch(() => undefined);
}

/** Whether the server itself said no to a statement: then nothing of it was done, and the session goes on. */
export function isRefusal(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.severity === 'ERROR';
}

/** @throws where the server is older than what is asked of it. */
export async function refuseOld(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ version: number; name: string }>(
    "select current_setting('server_version_num')::int as version, current_setting('server_version') as name",
  );
  const { version, name } = rows[0]!;
  if (version < OLDEST_SERVER) throw new Error(`it is Postgres ${name}, and at least 14 is needed`);
}

/** All of the work, or nothing of it. */
export async function inTransaction<Found>(client: pg.ClientBase, work: () => Promise<Found>): Promise<Found> {
  await client.query('begin');
  try {
    const found = await work();
    await client.query('commit');
    return found;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

/** What a server says is in words for people; an address and what hangs on an error may hold a password. */
export function unreached(address: string, { message, code }: Error & { code?: string }): Error {
  const said = message.replace(/[.\s]+$/, '') || code || 'no answer';
  return new Error(`Can't use the Postgres ${nameOfPostgres(address)}: ${said}. ${cureOf(code)}`);
}

function cureOf(code: string | undefined): string {
  switch (code) {
    case '28P01':
    case '28000':
      return 'Set PGUSER and PGPASSWORD, or correct them.';
    case '3D000':
      return 'Make that database (createdb), or correct "store".';
    default:
      return 'Is it running, and can it be reached from here?';
  }
}
