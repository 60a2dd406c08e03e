import type { Asking } from './pool.ts';

/** The images of a run at places from `first` on, so many of them. */
export type Stretch = { readonly run: number; readonly first: number; readonly count: number };

/** An image of a run; `unreadable` says why a worker could not decode it. */
export type RunImage = {
  readonly file: string;
  readonly sha256: string;
  /** Its number in the database. */
  readonly id: number;
  readonly unreadable: string | undefined;
};

/** In the order of the run. */
export async function imagesOf(asking: Asking, { run, first, count }: Stretch): Promise<readonly RunImage[]> {
  const { rows } = await asking.query<{ file: string; sha256: string; id: number; unreadable: string | null }>(
    `select r.file, encode(i.sha256, 'hex') as sha256, i.id, r.unreadable
     from modelpicker.run_images r join modelpicker.images i on i.id = r.image
     where r.run = $1 and r.place >= $2 and r.place < $2::int + $3::int order by r.place`,
    [run, first, count],
  );
  return rows.map(({ unreadable, ...image }) => ({ ...image, unreadable: unreadable ?? undefined }));
}

/** Those of `models` that have not answered for every readable image of the stretch. */
export async function unfinished(
  asking: Asking,
  { run, first, count }: Stretch,
  models: readonly number[],
): Promise<ReadonlySet<number>> {
  const { rows } = await asking.query<{ id: number }>(
    `with stretch as (
       select image from modelpicker.run_images
       where run = $1 and place >= $2 and place < $2::int + $3::int and unreadable is null
     )
     select one.id from unnest($4::int[]) as one (id)
     where (select count(*) from modelpicker.answers a join stretch using (image) where a.model = one.id)
         < (select count(*) from stretch)`,
    [run, first, count, models],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Blocks of `blockSize` images in which a model that is not left out lacks an answer, in order. */
export async function unfinishedBlocks(asking: Asking, run: number, blockSize: number): Promise<number[]> {
  const { rows } = await asking.query<{ block: number }>(
    `select distinct r.place / $2::int as block
     from modelpicker.run_images r
     cross join (select unnest(models) as id from modelpicker.runs where id = $1) m
     left join modelpicker.answers a on a.model = m.id and a.image = r.image
     where r.run = $1 and r.unreadable is null and a.image is null
       and not exists (select from modelpicker.left_out l where l.run = $1 and l.model = m.id)
     order by block`,
    [run, blockSize],
  );
  return rows.map(({ block }) => block);
}

/** What one model said about images, by their numbers: class and score of each, 4 bytes. */
export type ModelAnswers = {
  readonly model: number;
  readonly images: readonly number[];
  readonly classes: Int16Array;
  /** As probabilities in 1/65535. */
  readonly scores: Uint16Array;
};

/** Keeps answers; one that is there already stays as it is. */
export async function addAnswers(asking: Asking, { model, images, classes, scores }: ModelAnswers): Promise<void> {
  const signed = new Int16Array(scores.buffer, scores.byteOffset, scores.length);
  await asking.query(
    `insert into modelpicker.answers (model, image, class, score)
     select $1, one.image, one.class, one.score from unnest($2::int[], $3::int2[], $4::int2[]) as one (image, class, score)
     on conflict do nothing`,
    [model, images, [...classes], [...signed]],
  );
}

/** Notes images of a run that could not be decoded, with the reasons. */
export async function addUnreadable(
  asking: Asking,
  run: number,
  images: readonly { readonly id: number; readonly reason: string }[],
): Promise<void> {
  if (images.length === 0) return;
  await asking.query(
    `update modelpicker.run_images r set unreadable = one.reason
     from unnest($2::int[], $3::text[]) as one (image, reason) where r.run = $1 and r.image = one.image`,
    [run, images.map(({ id }) => id), images.map(({ reason }) => reason)],
  );
}

/** Stands for an image of a run that has no answer. */
const NO_ANSWER = -2;

/** What a model said about every image of a run, in order; class -2 where it said nothing. */
export async function answersOf(
  asking: Asking,
  run: number,
  model: number,
): Promise<{ readonly classes: Int16Array; readonly scores: Uint16Array }> {
  const { rows } = await asking.query<{ said: Buffer | null }>(
    `select string_agg(int2send(coalesce(a.class, $3::int2)) || int2send(coalesce(a.score, 0::int2)), '' order by r.place)
       as said
     from modelpicker.run_images r
     left join modelpicker.answers a on a.model = $2 and a.image = r.image and r.unreadable is null
     where r.run = $1`,
    [run, model, NO_ANSWER],
  );
  const said = rows[0]?.said ?? Buffer.alloc(0);
  const classes = Int16Array.from({ length: said.length / 4 }, (_, image) => said.readInt16BE(4 * image));
  const scores = Uint16Array.from({ length: said.length / 4 }, (_, image) => said.readUInt16BE(4 * image + 2));
  return { classes, scores };
}
