import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import * as disk from 'node:fs/promises';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { readOnnxHeader } from '../predictions/onnx/describe/onnx-file.ts';
import { syncPath } from '../store/disk.ts';
import type { HandOver, Target } from './target.ts';

/**
 * Puts winners where a serving process polls them:
 *
 *     deployed/              a link, swapped in one step: whoever opens it sees the old winner or the new one, whole
 *       model.onnx           a link to the winner's file in the pool; its weights too, where they are files of their own
 *       deployed.json        which model, its SHA-256, for which batch, how sure, since when, and when it was withdrawn
 *
 * A winner that has no file is named in `deployed.json`, and there is no `model.onnx` then.
 *
 * Throws when the winner's file is not the one that was judged: it was replaced or removed since.
 */
export function folderTarget(folder: string, now: () => Date): Target {
  return {
    name: `folder ${join(folder, 'deployed')}`,
    handOver: async (winner) => {
      const version = join(folder, 'deployments', `${winner.batch}-${winner.result.number}`);
      const about = aboutWinner(winner);
      if (!(await isAlready(about, version))) await writeVersion(version, about, now());
      await noteWithdrawal(version, winner.withdrawnBy, now());
      await swapLink(folder, version);
    },
  };
}

type About = ReturnType<typeof aboutWinner>;

/** What `deployed.json` says. */
function aboutWinner({ batch, result, model, sha256 }: HandOver) {
  const { confidence, tolerance, labels } = result;
  return { model: result.model, file: model, sha256, batch, confidence, tolerance, labels };
}

/** A folder for this deployment, whole or not at all. */
async function writeVersion(version: string, about: About, at: Date): Promise<void> {
  const { file: model, sha256 } = about;
  const parts = model === undefined ? [] : await checkedParts(model, sha256);
  const unfinished = `${version}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  if (model !== undefined) await linkParts(model, parts, unfinished);
  const text = textOf({ ...about, at: at.toISOString() });
  await writeFile(join(unfinished, 'deployed.json'), text, { flush: true });
  // A round that was started over may have had another winner.
  await rm(version, { recursive: true, force: true });
  await rename(unfinished, version);
  await syncPath(disk, dirname(version));
}

/** Says in `deployed.json` that the result was withdrawn: the old file or the new one, whole. */
async function noteWithdrawal(version: string, by: string | undefined, at: Date): Promise<void> {
  const file = join(version, 'deployed.json');
  const about = JSON.parse(await readFile(file, 'utf8'));
  if (about.withdrawn?.by === by) return;
  await writeFile(`${file}.new`, textOf({ ...about, withdrawn: { by, at: at.toISOString() } }), { flush: true });
  await rename(`${file}.new`, file);
}

function textOf(about: object): string {
  return `${JSON.stringify(about, undefined, 2)}\n`;
}

async function linkParts(model: string, [, ...weights]: readonly string[], folder: string): Promise<void> {
  await symlink(model, join(folder, 'model.onnx'));
  for (const file of weights) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await symlink(join(dirname(model), file), join(folder, file));
  }
}

async function swapLink(folder: string, version: string): Promise<void> {
  const link = join(folder, 'deployed');
  // A start that was killed between these lines leaves the new link behind.
  await rm(`${link}.new`, { force: true });
  await symlink(relative(folder, version), `${link}.new`);
  await rename(`${link}.new`, link);
  await syncPath(disk, folder);
}

/** Whether this very deployment was made before; it is then left as it is, whatever became of the pool. */
async function isAlready(about: About, version: string): Promise<boolean> {
  try {
    const {
      at: _at,
      withdrawn: _withdrawn,
      ...before
    } = JSON.parse(await readFile(join(version, 'deployed.json'), 'utf8'));
    return JSON.stringify(before) === JSON.stringify(about);
  } catch {
    return false;
  }
}

/** The files of a model: itself first, then its weights where they are kept beside it, relative to its folder. */
async function checkedParts(model: string, sha256: string): Promise<string[]> {
  const hash = createHash('sha256');
  const parts = [basename(model)];
  try {
    parts.push(...readOnnxHeader(model).externalFiles);
    for (const part of parts) {
      for await (const chunk of createReadStream(join(dirname(model), part))) hash.update(chunk);
    }
  } catch (error) {
    throw new Error(`The winner ${model} can't be read: ${(error as Error).message}. Put it back.`, { cause: error });
  }
  if (hash.digest('hex') === sha256) return parts;
  throw new Error(`${model} is not the model that won: it has been replaced since. Put back the one that was judged.`);
}
