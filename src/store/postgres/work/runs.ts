import type { Asking, WorkPool } from './pool.ts';

/** A batch that workers are to look at: its images in order, and the models that are to answer for each. */
export type NewRun = {
  readonly task: string;
  /** The same for the same models, as they are fed, and images: a run that was cut short goes on. */
  readonly key: string;
  /** All that a worker must know, but the images. */
  readonly job: unknown;
  readonly models: readonly { readonly sha256: string; readonly fed: string }[];
  readonly images: readonly { readonly file: string; readonly sha256: string }[];
};

/** `models` are their numbers in the database, in the order of the job's. */
export type OpenRun = { readonly id: number; readonly models: readonly number[] };

/** Opens a run, or opens it again, and ends every other of the task: its people wait for the newest batch. */
export async function openRun(pool: WorkPool, run: NewRun): Promise<OpenRun> {
  return pool.inTransaction(async (asking) => {
    // One after the other, where two bots take themselves for the one at work.
    await asking.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`modelpicker run ${run.task}`]);
    await asking.query('update modelpicker.runs set ended = now() where task = $1 and key <> $2 and ended is null', [
      run.task,
      run.key,
    ]);
    const models = await modelsIn(asking, run.models);
    const { rows } = await asking.query<{ id: number; is_new: boolean }>(OPEN, [
      ...[run.task, run.key, JSON.stringify(run.job)],
      models,
    ]);
    const [{ id, is_new: isNew }] = rows as [{ id: number; is_new: boolean }];
    if (isNew) await addImages(asking, id, run.images);
    return { id, models };
  });
}

const OPEN = `
  insert into modelpicker.runs (task, key, job, models) values ($1, $2, $3, $4)
  on conflict (task, key) do update set ended = null, job = excluded.job, models = excluded.models
  returning id, xmax = 0 as is_new
`;

async function modelsIn(asking: Asking, models: NewRun['models']): Promise<number[]> {
  const values = [models.map(({ sha256 }) => sha256), models.map(({ fed }) => fed)];
  await asking.query(
    `insert into modelpicker.models (sha256, fed)
     select distinct decode(sha256, 'hex'), decode(fed, 'hex') from unnest($1::text[], $2::text[]) as one (sha256, fed)
     on conflict do nothing`,
    values,
  );
  const { rows } = await asking.query<{ id: number }>(
    `select m.id from unnest($1::text[], $2::text[]) with ordinality as one (sha256, fed, nth)
     join modelpicker.models m on m.sha256 = decode(one.sha256, 'hex') and m.fed = decode(one.fed, 'hex') order by nth`,
    values,
  );
  return rows.map(({ id }) => id);
}

async function addImages(asking: Asking, run: number, images: NewRun['images']): Promise<void> {
  const values = [images.map(({ sha256 }) => sha256)];
  await asking.query(
    `insert into modelpicker.images (sha256) select distinct decode(sha256, 'hex') from unnest($1::text[]) as sha256
     on conflict do nothing`,
    values,
  );
  await asking.query(
    `insert into modelpicker.run_images (run, place, file, image)
     select $2, nth - 1, file, i.id from unnest($1::text[], $3::text[]) with ordinality as one (sha256, file, nth)
     join modelpicker.images i on i.sha256 = decode(one.sha256, 'hex')`,
    [...values, run, images.map(({ file }) => file)],
  );
}

/** Nobody has to look at its images any more. */
export async function endRun(asking: Asking, run: number): Promise<void> {
  await asking.query('update modelpicker.runs set ended = now() where id = $1', [run]);
}

/** The runs of a task that are not over. */
export async function openRunsOf(asking: Asking, task: string): Promise<readonly number[]> {
  const { rows } = await asking.query<{ id: number }>(
    'select id from modelpicker.runs where task = $1 and ended is null order by id',
    [task],
  );
  return rows.map(({ id }) => id);
}

/** What a worker has to know of a run. */
export async function readRun(asking: Asking, id: number): Promise<OpenRun & { readonly job: unknown }> {
  const { rows } = await asking.query<{ models: number[]; job: unknown }>(
    'select models, job from modelpicker.runs where id = $1',
    [id],
  );
  return { id, ...rows[0]! };
}

/** Whether a run is still wanted. */
export async function isOpen(asking: Asking, run: number): Promise<boolean> {
  const { rowCount } = await asking.query('select from modelpicker.runs where id = $1 and ended is null', [run]);
  return rowCount === 1;
}

/** A model that no worker runs any more in this run. */
export async function leaveOut(asking: Asking, run: number, model: number, reason: string): Promise<void> {
  await asking.query(
    'insert into modelpicker.left_out (run, model, reason) values ($1, $2, $3) on conflict do nothing',
    [run, model, reason],
  );
}

/** The models that are left out of a run, with the reasons. */
export async function leftOutOf(asking: Asking, run: number): Promise<ReadonlyMap<number, string>> {
  const { rows } = await asking.query<{ model: number; reason: string }>(
    'select model, reason from modelpicker.left_out where run = $1',
    [run],
  );
  return new Map(rows.map(({ model, reason }) => [model, reason]));
}
