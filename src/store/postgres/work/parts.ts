import type { Asking } from './pool.ts';

/** A part that a worker has done: so many blocks of a run, `cells` of them (a model on a block) computed, in so many seconds. */
export type DonePart = {
  readonly run: number;
  readonly first: number;
  readonly blocks: number;
  readonly cells: number;
  readonly seconds: number;
  /** Milliseconds an image by name of the model, at its best. */
  readonly speeds: Readonly<Record<string, number>>;
  readonly worker: string;
};

/** Notes that a part is done. */
export async function addDonePart(asking: Asking, part: DonePart): Promise<void> {
  const { run, first, blocks, cells, seconds, speeds, worker } = part;
  await asking.query(
    `insert into modelpicker.parts (run, first, blocks, cells, seconds, speeds, worker) values ($1, $2, $3, $4, $5, $6, $7)`,
    [run, first, blocks, cells, seconds, JSON.stringify(speeds), worker],
  );
}

/** The parts of a run that were done after the one with this number, in order. */
export async function partsSince(
  asking: Asking,
  run: number,
  id: number,
): Promise<readonly (DonePart & { readonly id: number })[]> {
  const { rows } = await asking.query<DonePart & { id: number }>(
    'select * from modelpicker.parts where run = $1 and id > $2 order by id',
    [run, id],
  );
  return rows;
}

/** How long parts take: seconds to begin with one, and then for each cell. */
export type PartCost = { readonly start: number; readonly perCell: number };

/** By the newest parts of a task, whichever worker did them; undefined before there is one. */
export async function partCost(asking: Asking, task: string): Promise<PartCost | undefined> {
  const { rows } = await asking.query<{ slope: number | null; start: number | null; each: number | null }>(
    `select regr_slope(seconds, cells) as slope, regr_intercept(seconds, cells) as start,
       sum(seconds) / sum(cells) as each
     from (
       select p.seconds, p.cells from modelpicker.parts p join modelpicker.runs r on r.id = p.run
       where r.task = $1 and p.cells > 0 order by p.id desc limit 20
     ) newest`,
    [task],
  );
  const { slope, start, each } = rows[0]!;
  if (each === null) return undefined;
  // Parts of one size, or of a busy machine, do not tell the two apart.
  return slope !== null && start !== null && slope > 0 && start > 0
    ? { start, perCell: slope }
    : { start: 0, perCell: each };
}
