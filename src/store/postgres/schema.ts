import type { ClientBase } from 'pg';

/** Changes of the tables, in order: the n-th makes version n of version n - 1. One that was released is never changed. */
const CHANGES: readonly string[] = [
  `
  create table modelpicker.tasks (
    task text primary key,
    epoch integer not null,
    holder text not null,
    since timestamptz not null
  );
  create table modelpicker.facts (
    task text not null,
    round text not null,
    place integer not null,
    key text not null,
    epoch integer not null,
    fact json not null,
    primary key (task, round, place),
    unique (task, round, key)
  );
  `,
  // What workers need and say. An answer is of a model (the SHA-256 of its files) as it was fed (that of its specification).
  `
  create table modelpicker.models (
    id integer generated always as identity primary key,
    sha256 bytea not null,
    fed bytea not null,
    unique (sha256, fed)
  );
  create table modelpicker.images (
    id integer generated always as identity primary key,
    sha256 bytea not null unique
  );
  create table modelpicker.answers (
    model integer not null references modelpicker.models,
    image integer not null references modelpicker.images,
    class smallint not null,
    score smallint not null,
    primary key (model, image)
  );
  create table modelpicker.runs (
    id integer generated always as identity primary key,
    task text not null,
    key text not null,
    job json not null,
    models integer[] not null,
    since timestamptz not null default now(),
    ended timestamptz,
    unique (task, key)
  );
  create table modelpicker.run_images (
    run integer not null references modelpicker.runs,
    place integer not null,
    file text not null,
    image integer not null references modelpicker.images,
    unreadable text,
    primary key (run, place)
  );
  create table modelpicker.left_out (
    run integer not null references modelpicker.runs,
    model integer not null,
    reason text not null,
    primary key (run, model)
  );
  create table modelpicker.deaths (
    run integer not null references modelpicker.runs,
    part integer not null,
    model integer not null,
    count integer not null,
    primary key (run, part, model)
  );
  create table modelpicker.parts (
    id integer generated always as identity primary key,
    run integer not null references modelpicker.runs,
    first integer not null,
    blocks integer not null,
    cells integer not null,
    seconds real not null,
    speeds json not null,
    worker text not null,
    at timestamptz not null default now()
  );
  create index on modelpicker.parts (run, id);
  create table modelpicker.workers (
    id text primary key,
    task text not null,
    host text not null,
    since timestamptz not null default now(),
    seen timestamptz not null default now()
  );
  `,
  // So that images whose answers have gone can go quickly: by which runs have them, and without a look at every answer.
  `
  create index on modelpicker.run_images (image);
  alter table modelpicker.answers drop constraint answers_image_fkey;
  `,
];

/** The version that this release makes. */
export const newestSchema = CHANGES.length;

/** Whoever changes the tables: a number of ours among Postgres's advisory locks, for one transaction. */
const CHANGING = 7_301_977_001;

/**
 * Makes the tables, or makes them what this release knows, in one transaction; two that start at once do so one after the
 * other.
 *
 * @throws where a newer release has changed them.
 */
export async function bringUpToDate(client: ClientBase, changes = CHANGES): Promise<void> {
  if ((await schemaVersion(client, changes.length)) === changes.length) return;
  await client.query('begin');
  try {
    await client.query('select pg_advisory_xact_lock($1)', [CHANGING]);
    const version = await schemaVersion(client, changes.length);
    if (version === 0) {
      await client.query('create schema if not exists modelpicker');
      await client.query('create table modelpicker.schema (version integer not null)');
      await client.query('insert into modelpicker.schema values (0)');
    }
    for (const change of changes.slice(version)) await client.query(change);
    await client.query('update modelpicker.schema set version = $1', [changes.length]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

/**
 * Which change was made last; 0 where there is no table yet.
 *
 * @throws where it is beyond `known`.
 */
export async function schemaVersion(client: ClientBase, known = CHANGES.length): Promise<number> {
  // The list itself: by name, a session may remember for a while that there was none.
  const { rowCount } = await client.query(
    "select from pg_tables where schemaname = 'modelpicker' and tablename = 'schema'",
  );
  if (rowCount === 0) return 0;
  const found = await client.query<{ version: number }>('select version from modelpicker.schema');
  const version = found.rows[0]!.version;
  if (version <= known) return version;
  throw new Error(
    `Its tables are of version ${version}, made by a newer release; this one knows ${known}. Nothing was changed; start that release, or a newer one.`,
  );
}
