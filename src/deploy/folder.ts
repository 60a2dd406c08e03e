import * as disk from 'node:fs/promises';
import { lstat, readlink, rename, rm, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { syncPath } from '../store/disk.ts';
import type { Store } from '../store/store.ts';
import { readAbout, writeAbout } from './about.ts';
import { fingerprintOf } from './model-files.ts';
import type { Serving, Target } from './target.ts';
import { earlierVersions, type Sync, versionFor } from './version.ts';

const realSync: Sync = (folder) => syncPath(disk, folder);

/** `sync`: what waits for the disk. `refuseIfLost` is asked before anything changes, and throws where another process hands over. */
type FolderOptions = { readonly sync?: Sync; readonly refuseIfLost: Store['refuseIfLost'] };

/**
 * Puts winners where a serving process polls them:
 *
 *     deployed/              a link, swapped in one step: whoever opens it sees the old winner or the new one, whole
 *       model.onnx           a copy of the winner's file, checked; its weights too, where they are files of their own
 *       deployed.json        which model, its SHA-256, for which batch, what it is fed, how sure, since when
 *
 * A winner that has no file is named in `deployed.json`, and there is no `model.onnx` then.
 *
 * A copy, not a hard link to the pool: a training run that writes into the pool's file must not change what serves.
 * `handOver` throws when the winner's file is not the one that was judged: it was replaced or removed since.
 */
export function folderTarget(
  folder: string,
  now: () => Date,
  { sync = realSync, refuseIfLost }: FolderOptions,
): Target {
  const link = join(folder, 'deployed');
  return {
    name: `folder ${link}`,
    async handOver(winner) {
      await refuseForeign(link);
      await refuseIfLost();
      const version = await versionFor(folder, winner, now(), sync);
      // Copying a model may have taken long.
      await refuseIfLost();
      await swapLink(folder, version, sync);
      await endOthers(folder, version, now());
    },
    serving: () => readServing(folder),
  };
}

async function swapLink(folder: string, version: string, sync: Sync): Promise<void> {
  const link = join(folder, 'deployed');
  const to = relative(folder, version);
  if ((await readlink(link).catch(() => undefined)) !== to) {
    // A start that was killed between these lines leaves the new link behind.
    await rm(`${link}.new`, { force: true });
    await symlink(to, `${link}.new`);
    await rename(`${link}.new`, link);
  }
  await sync(folder);
}

/** Somebody's own folder or file of that name is not ours to replace. */
async function refuseForeign(link: string): Promise<void> {
  const found = await lstat(link).catch(() => undefined);
  if (!found || found.isSymbolicLink()) return;
  const what = found.isDirectory() ? 'a folder' : 'a file';
  throw new Error(`${link} is ${what} that Model Picker did not make. Move it away, so that the winner can go there.`);
}

/** Those that served before say until when; a kill may have come before they could. */
async function endOthers(folder: string, version: string, at: Date): Promise<void> {
  for (const other of await earlierVersions(folder)) {
    const about = await readAbout(other).catch(() => undefined);
    if (!about) continue;
    const { until, ...open } = about;
    if (other === version ? until !== undefined : until === undefined) {
      await writeAbout(other, other === version ? open : { ...open, until: at.toISOString() });
    }
  }
}

/** What lies in a folder to be served; throws where somebody has changed it since it was put there. */
export async function readServing(folder: string): Promise<Serving | undefined> {
  const link = join(folder, 'deployed');
  const found = await lstat(link).catch(() => undefined);
  if (!found) return undefined;
  await refuseForeign(link);
  const about = await readAbout(link);
  if (about.from !== undefined && (await fingerprintOf(join(link, 'model.onnx'))) !== about.sha256) {
    throw new Error(`${join(link, 'model.onnx')} is not the model that was put there: somebody has changed it since.`);
  }
  const { batch, result, model, sha256, withdrawn, pinned } = about;
  const isWithdrawn = withdrawn !== undefined;
  return { batch, result, model, sha256, isWithdrawn, ...(pinned && { pinned: pinned.id }) };
}
