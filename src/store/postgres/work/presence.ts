import type { Asking } from './pool.ts';

/** Says that a worker is there, for as long as it says so again. */
export async function saySeen(asking: Asking, id: string, task: string, host: string): Promise<void> {
  await asking.query(
    `insert into modelpicker.workers (id, task, host) values ($1, $2, $3) on conflict (id) do update set seen = now()`,
    [id, task, host],
  );
}

/** Says that a worker has gone, and forgets those that never said so. */
export async function sayGone(asking: Asking, id: string): Promise<void> {
  await asking.query(`delete from modelpicker.workers where id = $1 or seen < now() - interval '1 day'`, [id]);
}

/** How many workers of a task have been seen lately. */
export async function workersOf(asking: Asking, task: string): Promise<number> {
  const { rows } = await asking.query<{ count: number }>(
    `select count(*)::int as count from modelpicker.workers where task = $1 and seen > now() - interval '30 seconds'`,
    [task],
  );
  return rows[0]!.count;
}
