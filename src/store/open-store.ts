import { openLowdbStore, readStore } from './lowdb-store.ts';
import type { PostgresPlace } from './postgres/connection.ts';
import type { SessionOptions } from './postgres/session.ts';
import type { ReadOnlyStore, Store } from './store.ts';

/** Where the facts of a task are kept: in files of a folder, or in a Postgres. */
export type StorePlace = { readonly folder: string } | PostgresPlace;

/** Opens the facts for the one process that may write them; where they are in a Postgres, waits for its turn. */
export async function openStore(place: StorePlace, options: Pick<SessionOptions, 'onWait'> = {}): Promise<Store> {
  if ('folder' in place) return openLowdbStore(place.folder);
  // Whoever keeps files never loads what speaks with a server.
  const { openPostgresStore } = await import('./postgres/store.ts');
  return openPostgresStore(place, options);
}

/** The facts to look at only: a bot may be at work. */
export async function lookAtStore(place: StorePlace): Promise<ReadOnlyStore> {
  if ('folder' in place) return readStore(place.folder);
  const { readPostgres } = await import('./postgres/read.ts');
  return readPostgres(place);
}
