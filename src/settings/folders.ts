import { join } from 'node:path';
import type { Settings } from './settings.ts';

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
