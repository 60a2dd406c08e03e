import type { Asking } from './pool.ts';
import { workersOf } from './presence.ts';

/** Where the workers of a task stand. */
export type WorkProgress = {
  readonly workers: number;
  /** Of the run that is open, if one is. */
  readonly run?: {
    /** Folder of its images. */
    readonly batch: string;
    readonly images: number;
    /** As if each had been looked at by all models, one after the other. */
    readonly done: number;
    /** Images a second, of the last five minutes; 0 where nothing was done. */
    readonly perSecond: number;
  };
};

/** Where they stand now, by what is in the database. */
export async function readWorkProgress(asking: Asking, task: string): Promise<WorkProgress> {
  const workers = await workersOf(asking, task);
  const { rows } = await asking.query<NonNullable<WorkProgress['run']>>(
    `select r.job->>'batch' as batch,
       (select count(*)::int from modelpicker.run_images i where i.run = r.id) as images,
       (select count(*)::float8 from modelpicker.run_images i join modelpicker.answers a on a.image = i.image
         where i.run = r.id and a.model = any (r.models)) / cardinality(r.models) as done,
       coalesce((select sum(p.cells)::float8 from modelpicker.parts p
         where p.run = r.id and p.at > now() - interval '5 minutes')
         * (r.job->>'blockSize')::int / cardinality(r.models)
         / extract(epoch from least(interval '5 minutes', greatest(interval '1 second', now() - r.since)))::float8, 0)
         as "perSecond"
     from modelpicker.runs r where r.task = $1 and r.ended is null order by r.id desc limit 1`,
    [task],
  );
  return { workers, ...(rows[0] && { run: rows[0] }) };
}
