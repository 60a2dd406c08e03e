import { hash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { kindOf } from './image-kind.ts';

const FILE_BYTES_MAX = 100e6;

/** Endings that promise an image: such a file is mentioned where it is none. */
const ENDING = /\.(jpe?g|png|webp|gif|tiff?|bmp|heic|avif)$/i;

/** With a dot, or what macOS adds to archives. */
const HIDDEN = /(^|\/)(\.|__MACOSX(\/|$))/;

/** Files in memory at once while a folder is listed. */
const READ_AT_ONCE = 4;

export type BatchImage = {
  /** Relative to the batch's folder, with `/`. */
  readonly file: string;
  readonly sha256: string;
};

export type ImageList = {
  readonly images: readonly BatchImage[];
  readonly setAside: readonly { readonly file: string; readonly reason: string }[];
};

/**
 * The images of a folder and below, sorted by path, told by their content. Hidden files and what neither is nor claims
 * to be an image are passed over; of several equal files the first counts, so that nobody is asked twice. Links are not
 * followed: what is asked about goes to Slack, and must come from this folder.
 */
export async function listImages(folder: string): Promise<ImageList> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const links = new Set(entries.filter((entry) => entry.isSymbolicLink()).map((entry) => pathIn(folder, entry)));
  const images: BatchImage[] = [];
  const setAside: { file: string; reason: string }[] = [];
  const seen = new Map<string, string>();
  const files = entries.map((entry) => pathIn(folder, entry)).filter((file) => !HIDDEN.test(file));
  const inspectFile = (file: string) => inspect(join(folder, file), ENDING.test(file), links.has(file));
  for await (const [file, found] of mapInOrder(files.sort(), inspectFile)) {
    if (found === undefined) continue;
    const twin = seen.get(found.sha256 ?? '');
    if (found.reason !== undefined) setAside.push({ file, reason: found.reason });
    else if (twin !== undefined) setAside.push({ file, reason: `it is the same picture as ${twin}` });
    else images.push({ file, sha256: found.sha256 });
    if (found.sha256 !== undefined && twin === undefined) seen.set(found.sha256, file);
  }
  return { images, setAside };
}

function pathIn(folder: string, { parentPath, name }: Dirent): string {
  return relative(folder, join(parentPath, name)).split(sep).join('/');
}

type Found =
  | { readonly sha256: string; readonly reason?: never }
  | { readonly sha256?: never; readonly reason: string };

/** Several at a time: waiting for each file alone costs more than reading it. */
async function* mapInOrder<T>(files: readonly string[], map: (file: string) => Promise<T>): AsyncIterable<[string, T]> {
  for (let first = 0; first < files.length; first += READ_AT_ONCE) {
    const some = files.slice(first, first + READ_AT_ONCE);
    const results = await Promise.all(some.map(map));
    yield* some.map((file, index): [string, T] => [file, results[index]!]);
  }
}

/** `undefined` for what nobody would call an image. */
async function inspect(path: string, isPromised: boolean, isLink: boolean): Promise<Found | undefined> {
  if (isLink) return isPromised ? { reason: 'it is a link, and links are not followed' } : undefined;
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return isPromised ? { reason: 'it cannot be opened' } : undefined;
  if (!found.isFile()) return undefined;
  if (found.size > FILE_BYTES_MAX) return isPromised ? { reason: 'it is larger than 100 MB' } : undefined;
  const bytes = await readFile(path);
  const kind = kindOf(bytes);
  if (kind.isReadable) return { sha256: hash('sha256', bytes) };
  return isPromised || kind.isImage ? { reason: kind.reason } : undefined;
}
