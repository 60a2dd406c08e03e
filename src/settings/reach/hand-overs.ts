import { dirname } from 'node:path';
import { fingerprintOf } from '../../deploy/model-files.ts';
import { openTargets, type Targets } from '../../deploy/open-targets.ts';
import { fetchedVersion } from '../../predictions/registry-pool.ts';
import { registryFolder } from '../folders.ts';
import type { Settings } from '../settings.ts';

type Around = Omit<Parameters<typeof openTargets>[1], 'folder' | 'data' | 'versionOf'>;

/** Everywhere the settings hand winners to, and whoever they tell. Throws naming every secret that the environment lacks. */
export function handOverTo(settings: Settings, around: Around): Targets {
  const { file, data, targets } = settings;
  const versionOf = (sha256: string) => fetchedVersion(registryFolder(settings), sha256, fingerprintOf);
  return openTargets(targets, { ...around, folder: dirname(file), data, versionOf });
}
