import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What is kept about a batch, finished or not; `changedAt`: when something was last added. */
export type KeptBatch = { readonly name: string; readonly changedAt: Date };

/** Every batch with a sub-folder here; none where nothing was ever kept. */
export async function keptBatches(folder: string): Promise<KeptBatch[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(names.map(async (name) => ({ name, changedAt: (await stat(join(folder, name))).mtime })));
}

/**
 * Removes what is kept about a batch. `predicted.json` goes first: a kill in between leaves what counts as not finished,
 * never what looks damaged.
 */
export async function forgetBatch(folder: string, batch: string): Promise<void> {
  await rm(join(folder, batch, 'predicted.json'), { force: true });
  await rm(join(folder, batch), { recursive: true, force: true });
}
