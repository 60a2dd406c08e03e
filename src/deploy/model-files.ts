import { createHash } from 'node:crypto';
import { constants, createReadStream, type Stats } from 'node:fs';
import { copyFile, link, mkdir, open, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readOnnxHeader } from '../predictions/onnx/describe/onnx-file.ts';

/** The files of a model, relative to its folder: itself first, then its weights where they are kept beside it. */
export function partsOf(model: string): string[] {
  return [basename(model), ...readOnnxHeader(model).externalFiles];
}

/**
 * Copies a model into an empty folder as `model.onnx`, with its weights, and waits until all is on the disk. A file
 * system that shares blocks between copies does so.
 */
export async function copyModel(model: string, folder: string): Promise<void> {
  const [, ...weights] = partsOf(model);
  await copyPart(model, join(folder, 'model.onnx'));
  for (const part of weights) await copyPart(join(dirname(model), part), join(folder, part));
}

/** The same from one of our own folders, whose files nobody writes: a second name for each costs no room. */
export async function linkModel(from: string, folder: string): Promise<void> {
  for (const part of partsOf(join(from, 'model.onnx'))) {
    await mkdir(dirname(join(folder, part)), { recursive: true });
    await link(join(from, part), join(folder, part));
  }
}

async function copyPart(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  const copy = await open(to, 'r');
  try {
    await copy.sync();
  } finally {
    await copy.close();
  }
}

/** By path: what a model's files looked like when they were read last, and their SHA-256. */
const known = new Map<string, { readonly looks: string; readonly sha256: string }>();
const KNOWN_MAX = 20;

/** The SHA-256 of a model's files, one after the other; read again only when one of them looks different. */
export async function fingerprintOf(model: string): Promise<string> {
  const parts = partsOf(model).map((part) => join(dirname(model), part));
  const looks = (await Promise.all(parts.map((part) => stat(part)))).map(look).join();
  const before = known.get(model);
  if (before?.looks === looks) return before.sha256;
  const hash = createHash('sha256');
  for (const part of parts) for await (const chunk of createReadStream(part)) hash.update(chunk);
  const sha256 = hash.digest('hex');
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(model, { looks, sha256 });
  return sha256;
}

function look({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string {
  return [dev, ino, size, mtimeMs, ctimeMs].join(':');
}
