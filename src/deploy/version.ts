import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type About, aboutWinner, isSame, readAbout, writeAbout } from './about.ts';
import { copyModel, fingerprintOf, linkModel } from './model-files.ts';
import { type HandOver, handOverName } from './target.ts';

/** Waits until the names in a folder are on the disk. */
export type Sync = (folder: string) => Promise<void>;

const PARENT = 'deployments';

/**
 * The folder of this hand-over, whole: the one that is there already, whatever became of the pool, or a new one. Throws
 * when the pool's file is not the one that was judged.
 */
export async function versionFor(folder: string, winner: HandOver, now: Date, sync: Sync): Promise<string> {
  const about = aboutWinner(winner, now);
  const base = join(folder, PARENT, handOverName(winner));
  for (let attempt = 1; ; attempt++) {
    // What is there and is something else may be serving right now, so it is left alone: a round that was started over
    // may have another winner.
    const version = attempt === 1 ? base : `${base}.${attempt}`;
    const before = await wholeVersion(version);
    if (before && isSame(before, about)) {
      await noteWithdrawal(version, before, about);
      return version;
    }
    if (!before && !(await isThere(version))) {
      await writeVersion(folder, version, about, sync);
      return version;
    }
  }
}

/** Every folder that was ever made for a winner; those half made are left out. */
export async function earlierVersions(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, PARENT)).catch((): string[] => []);
  return names.filter((name) => !name.endsWith('.new')).map((name) => join(folder, PARENT, name));
}

async function noteWithdrawal(version: string, before: About, { withdrawn }: About): Promise<void> {
  if (before.withdrawn?.by === withdrawn?.by) return;
  const { withdrawn: _before, ...standing } = before;
  await writeAbout(version, { ...standing, ...(withdrawn && { withdrawn }) });
}

async function writeVersion(folder: string, version: string, about: About, sync: Sync): Promise<void> {
  const unfinished = `${version}.new`;
  // What a start that was killed left there is not added to.
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  await fill(folder, unfinished, about);
  await writeAbout(unfinished, about);
  await sync(unfinished);
  await rename(unfinished, version);
  await sync(join(folder, PARENT));
}

/** From where it was put for an earlier batch, or from the pool; checked where it has arrived. */
async function fill(folder: string, unfinished: string, { from, sha256 }: About): Promise<void> {
  if (from === undefined) return;
  const same = await versionOf(folder, sha256);
  // Where links cannot be made, as on some file servers, the pool's file is copied again.
  const isLinked =
    same !== undefined &&
    (await linkModel(same, unfinished).then(
      () => true,
      () => false,
    ));
  if (!isLinked)
    await copyModel(from, unfinished).catch((error: NodeJS.ErrnoException) => {
      const isRoom = ['ENOSPC', 'EDQUOT', 'EROFS'].includes(error.code ?? '');
      const what = isRoom ? `can't be copied to ${folder}` : `can't be read`;
      const cure = isRoom ? 'Make room there, or let the bot write.' : 'Put it back.';
      throw new Error(`The winner ${from} ${what}: ${error.message}. ${cure}`, { cause: error });
    });
  if ((await fingerprintOf(join(unfinished, 'model.onnx'))) === sha256) return;
  throw new Error(`${from} is not the model that won: it has been replaced since. Put back the one that was judged.`);
}

async function versionOf(folder: string, sha256: string): Promise<string | undefined> {
  for (const version of await earlierVersions(folder)) {
    const said = await readAbout(version).catch(() => undefined);
    if (said?.from !== undefined && said.sha256 === sha256 && (await wholeVersion(version))) return version;
  }
  return undefined;
}

/** What a folder says of itself, if its model is the one it names. */
async function wholeVersion(version: string): Promise<About | undefined> {
  try {
    const about = await readAbout(version);
    if (about.from === undefined) return about;
    return (await fingerprintOf(join(version, 'model.onnx'))) === about.sha256 ? about : undefined;
  } catch {
    return undefined;
  }
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
