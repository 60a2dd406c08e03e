import { join } from 'node:path';
import type { Retention } from '../task/retention.ts';
import type { Settings } from './settings.ts';
import { isPostgresAddress } from './store-setting.ts';

/** Where the facts of all rounds are kept. */
export function roundsFolder({ data }: Settings): string {
  return join(data, 'rounds');
}

/** Where what the pool said is kept, a sub-folder a batch. */
export function predictionsFolder({ data }: Settings, batch = ''): string {
  return join(data, 'predictions', batch);
}

/** Where winners are put on this machine: in the data folder where the settings name no other; undefined for nowhere. */
export function winnersFolder({ data, targets }: Settings): string | undefined {
  const folder = targets.find((target) => target.to === 'folder');
  return folder && (folder.path ?? data);
}

/** Where the settled labels of batches are written, a file each. */
export function labelsFolder({ data }: Settings): string {
  return join(data, 'labels');
}

/** Where a task's facts are kept: in its data folder unless the settings name a Postgres. Throws where a variable they name holds no address. */
export function storePlace(settings: Settings, environment: NodeJS.ProcessEnv) {
  const { store, name } = settings;
  if (store === undefined) return { folder: roundsFolder(settings) };
  if (isPostgresAddress(store)) return { address: store, task: name };
  const address = environment[store]?.trim() ?? '';
  if (isPostgresAddress(address)) return { address, task: name };
  const state = address === '' ? 'not set' : 'not the address of a Postgres';
  throw new Error(`${store}, which "store" names, is ${state}: set it to postgres://user:password@host/database.`);
}

/** Where the models of a registry are fetched to, and linked for the pool. */
export function registryFolder({ data }: Pick<Settings, 'data'>): string {
  return join(data, 'registry', 'pool');
}

/** Where the models of the pool are; undefined where each batch brings its predictions itself. */
export function modelsFolder(settings: Pick<Settings, 'models' | 'registry' | 'data'>): string | undefined {
  return settings.registry ? registryFolder(settings) : settings.models;
}

/** How long what is kept of old batches stays; undefined where it stays for good. */
export function retentionOf(settings: Settings, forgetWork?: Retention['forgetWork']): Retention | undefined {
  const { keepPredictionsDays: days } = settings;
  if (days === 0) return undefined;
  return { days, predictions: predictionsFolder(settings), labels: labelsFolder(settings), forgetWork };
}

/** The same task for a trial: whatever it writes is in a folder of its own, and nobody elsewhere is handed or told anything. */
export function keptApart({ metrics: _port, store: _facts, ...settings }: Settings, data: string): Settings {
  return { ...settings, workers: false, data, targets: [{ to: 'folder' }] };
}

/** Where batches come from, for people. */
export function batchesName({ batches, buckets }: Pick<Settings, 'batches' | 'buckets'>): string {
  return buckets.batches ? `s3://${buckets.batches.bucket}/${buckets.batches.prefix}` : batches;
}
