import type { Asking } from './pool.ts';

/** A part of a run, named by its first block. */
export type DeathPlace = { readonly run: number; readonly first: number };

/** Notes, before they run, that a worker dies at these models if it dies now. */
export async function noteAtWork(asking: Asking, { run, first }: DeathPlace, models: readonly number[]): Promise<void> {
  await asking.query(
    `insert into modelpicker.deaths (run, part, model, count) select $1, $2, one.id, 1 from unnest($3::int[]) as one (id)
     on conflict (run, part, model) do update set count = deaths.count + 1`,
    [run, first, models],
  );
}

/** They have run, and nobody died: what was held against them there is forgotten. */
export async function forgetDeaths(
  asking: Asking,
  { run, first }: DeathPlace,
  models: readonly number[],
): Promise<void> {
  await asking.query('delete from modelpicker.deaths where run = $1 and part = $2 and model = any ($3::int[])', [
    run,
    first,
    models,
  ]);
}

/** The worker was stopped, and did not die: it takes back what it had noted. */
export async function takeBack(asking: Asking, { run, first }: DeathPlace, models: readonly number[]): Promise<void> {
  await asking.query(
    'update modelpicker.deaths set count = count - 1 where run = $1 and part = $2 and model = any ($3::int[])',
    [run, first, models],
  );
}

/** How many workers have died at each model there. */
export async function deathsAt(asking: Asking, { run, first }: DeathPlace): Promise<ReadonlyMap<number, number>> {
  const { rows } = await asking.query<{ model: number; count: number }>(
    'select model, count from modelpicker.deaths where run = $1 and part = $2 and count > 0',
    [run, first],
  );
  return new Map(rows.map(({ model, count }) => [model, count]));
}
