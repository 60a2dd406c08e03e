import { createHash } from 'node:crypto';
import { closeSync, constants, type Dirent, fstatSync, openSync, readSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { kindOf } from './image-kind.ts';

/** Lies in a batch's folder: a row an image, and for each model a column with the names of classes. */
export const PREDICTIONS_FILE = 'predictions.csv';

/** The same in other forms; a batch has one of them. */
export const PREDICTIONS_FILES: readonly string[] = [PREDICTIONS_FILE, 'predictions.parquet', 'predictions.npy'];

/** An uploader puts this file into the folder last, to say that everything is there. */
export const MARKER = '_COMPLETE';

/** A photo of 178 megapixels without compression. */
const FILE_BYTES_MAX = 600e6;

/** Read at once; the first of them tell what a file is. */
const CHUNK_BYTES = 1 << 18;

/** Endings that promise an image: such a file is mentioned where it is not one. */
const ENDING =
  /\.(jpe?g|jpe|jfif|mpo|png|apng|webp|gif|tiff?|bmp|dib|p[bgpna]m|pfm|hei[cf]|avif|jxl|jp2|j2k|tga|ico|pcx|psd|exr|dcm)$/i;

/** With a dot, or what macOS adds to archives. */
const HIDDEN = /(^|\/)(\.|__MACOSX(\/|$))/;

const TOLD_MAX = 3;

/** An image of a batch. */
export type BatchImage = {
  /** Relative to the batch's folder, with `/`. */
  readonly file: string;
  readonly sha256: string;
};

/** What was found in the folder of a batch. */
export type ImageList = {
  readonly images: readonly BatchImage[];
  readonly setAside: readonly { readonly file: string; readonly reason: string }[];
  /** Files that neither are images nor claim to be, hidden ones not counted. */
  readonly passedOver: number;
};

/**
 * The images of a folder and below, sorted by path, told by their content. Hidden files, the marker and the batch's own predictions are passed over, and what neither is
 * nor claims to be an image is counted; of several equal files the first counts, so that nobody is asked twice. Links are not
 * followed: what is asked about goes to Slack, and must come from this folder.
 *
 * Files are read without going through the event loop, which would take eight times as long: a bot lists them in a thread (`aside/`).
 */
export async function listImages(folder: string): Promise<ImageList> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const links = new Set(entries.filter((entry) => entry.isSymbolicLink()).map((entry) => pathIn(folder, entry)));
  const images: BatchImage[] = [];
  const setAside: { file: string; reason: string }[] = [];
  let passedOver = 0;
  const seen = new Map<string, string>();
  const files = entries
    .map((entry) => pathIn(folder, entry))
    .filter((file) => !HIDDEN.test(file) && file !== MARKER && !PREDICTIONS_FILES.includes(file));
  const inspectFile = (file: string) => inspect(join(folder, file), ENDING.test(file), links.has(file));
  for (const file of files.sort()) {
    const found = inspectFile(file);
    if (found === 'no file') continue;
    if (found === 'no image') {
      passedOver += 1;
      continue;
    }
    const twin = seen.get(found.sha256 ?? '');
    if (found.reason !== undefined) setAside.push({ file, reason: found.reason });
    else if (twin !== undefined) setAside.push({ file, reason: `it is the same picture as ${twin}` });
    else images.push({ file, sha256: found.sha256 });
    if (found.sha256 !== undefined && twin === undefined) seen.set(found.sha256, file);
  }
  return { images, setAside, passedOver };
}

/** Why files are set aside, for a message: the first few, and how many more. */
export function reasonsIn(setAside: ImageList['setAside']): string {
  const told = setAside.slice(0, TOLD_MAX).map(({ file, reason }) => `${file}: ${reason}`);
  const more = setAside.length - told.length;
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

function pathIn(folder: string, { parentPath, name }: Dirent): string {
  return relative(folder, join(parentPath, name)).split(sep).join('/');
}

type Found =
  | { readonly sha256: string; readonly reason?: never }
  | { readonly sha256?: never; readonly reason: string }
  /** What nobody would call an image, and folders. */
  | 'no image'
  | 'no file';

function inspect(path: string, isPromised: boolean, isLink: boolean): Found {
  const refused = (reason: string): Found => (isPromised ? { reason } : 'no image');
  if (isLink) return refused('it is a link, and links are not followed');
  // Without waiting: a pipe that is called an image would otherwise be waited for until somebody writes to it.
  const file = openedFile(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  if (file === undefined) return refused('it cannot be opened');
  try {
    const found = fstatSync(file);
    if (found.isDirectory()) return 'no file';
    if (!found.isFile()) return refused('it is not a file but a device or a pipe');
    if (found.size > FILE_BYTES_MAX) return refused(`it is larger than ${FILE_BYTES_MAX / 1e6} MB`);
    return tell(file, found.size, isPromised);
  } catch (error) {
    return refused(`it cannot be read (${(error as Error).message})`);
  } finally {
    closeSync(file);
  }
}

function openedFile(path: string, flags: number): number | undefined {
  try {
    return openSync(path, flags);
  } catch {
    return undefined;
  }
}

/** Reads a file in pieces: it may be hundreds of megabytes. */
function tell(file: number, bytes: number, isPromised: boolean): Found {
  const chunk = Buffer.alloc(Math.min(bytes + 1, CHUNK_BYTES));
  const sum = createHash('sha256');
  for (let at = 0; ; ) {
    const bytesRead = readSync(file, chunk, 0, chunk.length, at);
    const piece = chunk.subarray(0, bytesRead);
    const kind = at === 0 ? kindOf(piece) : undefined;
    if (kind && !kind.isReadable) return isPromised || kind.isImage ? { reason: kind.reason } : 'no image';
    sum.update(piece);
    at += bytesRead;
    // Less than asked for is all there is: the chunk has room for a byte more than the file.
    if (bytesRead < chunk.length) return { sha256: sum.digest('hex') };
  }
}
