import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { newestBatch } from '../../src/predictions/batches.ts';
import { predictionsFolder } from '../../src/settings/folders.ts';
import { bringBatches } from '../../src/settings/reach/buckets.ts';
import { refreshPool } from '../../src/settings/reach/registry.ts';
import { readSettings } from '../../src/settings/settings.ts';
import { openSource } from '../../src/workers/open-source.ts';
import { alone } from '../../test/alone.ts';
import { startS3 } from '../../test/remote/s3-server.ts';
import { startCrew } from './crew.ts';

const SETTINGS = `
name: bench
batches: s3://pictures/daily
models: s3://pictures/pool
data: live
store: DATABASE_URL
workers: true
`;

/**
 * Puts the folder's models and batch into the bucket of a test server, and has two workers run what the bot brings out of it.
 * Gives the folder of results, beside the others.
 */
export async function predictOutOfBucket(folder: string, address: string): Promise<string> {
  const s3 = await startS3();
  const crew = await startCrew(folder, [{ address }, { address }], SETTINGS);
  try {
    const put = async (from: string, to: string) => {
      for (const entry of await readdir(join(folder, from), { withFileTypes: true, recursive: true })) {
        const file = join(entry.parentPath, entry.name);
        if (entry.isFile()) await s3.put(`${to}/${relative(join(folder, from), file)}`, await readFile(file));
      }
    };
    await put('models', 'pool');
    await put('batch', 'daily/2026-11-02');
    await s3.put('daily/2026-11-02/_COMPLETE', '');
    const settings = readSettings(join(folder, 'modelpicker.yaml'));
    const environment = { ...s3.environment, DATABASE_URL: address };
    const { signal } = new AbortController();
    await bringBatches(settings, environment, signal, alone)!(new Date());
    const batch = await newestBatch(settings.batches, 0, new Date());
    const refresh = refreshPool(settings, environment);
    const source = openSource(settings, { environment, log: () => undefined, signal, refresh, refuseIfLost: alone });
    await source.predict(batch!, () => undefined);
    return relative(folder, predictionsFolder(settings, batch!.name));
  } finally {
    await crew.stop();
    await s3.stop();
  }
}
