import type { Asking, WorkPool } from './pool.ts';

/**
 * Removes the runs of a task that ended before then, and what models said of images that are in no other run; gives the
 * folders of their batches. A run that is open stays, and so do its images' answers.
 */
export async function forgetRuns(pool: WorkPool, task: string, before: Date): Promise<readonly string[]> {
  const { rows } = await pool.query<{ id: number; batch: string }>(
    `select id, job->>'batch' as batch from modelpicker.runs where task = $1 and ended < $2 order by id`,
    [task, before],
  );
  for (const { id } of rows) await forgetRun(pool, id);
  return rows.map(({ batch }) => batch);
}

/** Answers go first, model by model: a kill in between leaves a run that is forgotten the next time. */
async function forgetRun(pool: WorkPool, run: number): Promise<void> {
  const images = await ownImages(pool, run);
  const { rows } = await pool.query<{ id: number }>('select id from modelpicker.models');
  for (const { id } of rows)
    await pool.query('delete from modelpicker.answers where model = $1 and image = any ($2::int[])', [id, images]);
  await pool.inTransaction(async (asking) => {
    // Whoever opens a run adds images and models, and waits meanwhile: none that it found may go.
    await asking.query('lock table modelpicker.images, modelpicker.models in share row exclusive mode');
    const isOpen = 'select from modelpicker.runs where id = $1 and ended is null';
    if ((await asking.query(isOpen, [run])).rowCount === 1) return;
    const unused = await ownImages(asking, run);
    for (const table of ['left_out', 'deaths', 'parts', 'run_images'])
      await asking.query(`delete from modelpicker.${table} where run = $1`, [run]);
    await asking.query('delete from modelpicker.runs where id = $1', [run]);
    await asking.query('delete from modelpicker.images where id = any ($1::int[])', [unused]);
    await asking.query(
      `delete from modelpicker.models m where not exists (select from modelpicker.runs r where m.id = any (r.models))
         and not exists (select from modelpicker.answers a where a.model = m.id)`,
    );
  });
}

/** The images that are in no other run. */
async function ownImages(asking: Asking, run: number): Promise<readonly number[]> {
  const { rows } = await asking.query<{ image: number }>(
    `select distinct image from modelpicker.run_images own where run = $1
       and not exists (select from modelpicker.run_images other where other.image = own.image and other.run <> $1)`,
    [run],
  );
  return rows.map(({ image }) => image);
}
