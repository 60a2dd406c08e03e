import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { ImageFile } from '../../../task/people.ts';
import type { SlackSettings } from '../../settings.ts';
import { keepNewest } from '../forget-oldest.ts';

/**
 * Which images are on Slack and which calls about them Slack still counts, so that a start neither uploads them again nor goes
 * beyond Slack's rate: a cache on disk, thrown away without loss. An image is known by its file's SHA-256, too: a batch may
 * have been begun anew under its name.
 */
export type KeptFiles = {
  /** The image's file on Slack; undefined where none is known, or of another image of this name. */
  recall(image: ImageFile): string | undefined;
  note(image: ImageFile, file: string): void;
  /** These files are no longer there. */
  forget(files: ReadonlySet<string>): void;
  /** A call goes out that Slack counts: an upload, or a look whether a file is ready. */
  noteCall(kind: CountedCall): void;
  /** How long ago such calls of earlier starts went out, in ms, as far as Slack still counts them. */
  readonly earlierAgoMs: CallsAgo;
};

/** A round asks for a few hundred; those further back are uploaded again. */
const KEPT_MOST = 2_000;

/** What comes within so long is written together; what a kill takes away of it, Slack counts and the next start does not. */
const WRITE_AFTER_MS = 200;

type CountedCall = 'uploads' | 'looks';

/** Ages of calls, in ms. */
export type CallsAgo = Readonly<Record<CountedCall, readonly number[]>>;

/** Slack counts calls of the last minute. */
const COUNTED_MS = 60_000;

const Listed = z.object({
  of: z.string(),
  files: z.array(z.tuple([z.string(), z.string(), z.string()])),
  /** When calls went out, in ms since 1970. */
  uploads: z.array(z.number()).default([]),
  looks: z.array(z.number()).default([]),
});

type Listed = z.infer<typeof Listed>;

/** Reads the list of these settings; without a place for one, nothing is known after a start. */
export function openKeptFiles(
  { imagesKept: path, slackApiUrl, botToken }: Pick<SlackSettings, 'imagesKept' | 'slackApiUrl' | 'botToken'>,
  writeAfterMs = WRITE_AFTER_MS,
  now = () => Date.now(),
): KeptFiles {
  // In another workspace, or the stand-in's next life, the same file may be another image, or nobody's.
  const of = createHash('sha256').update(`${slackApiUrl} ${botToken}`).digest('hex').slice(0, 16);
  const known = new Map<string, { readonly sha256: string; readonly file: string }>();
  const before = path === undefined ? NOTHING : read(path, of);
  for (const [key, sha256, file] of before.files) known.set(key, { sha256, file });
  const counted = (at: number) => at <= now() && now() - at < COUNTED_MS;
  const calls = { uploads: before.uploads.filter(counted), looks: before.looks.filter(counted) };
  const ago = (times: readonly number[]) => times.map((at) => now() - at);
  const earlierAgoMs = { uploads: ago(calls.uploads), looks: ago(calls.looks) };
  let isDue = false;
  let writing = Promise.resolve();

  async function write(): Promise<void> {
    isDue = false;
    const files = Array.from(known, ([key, { sha256, file }]): Listed['files'][number] => [key, sha256, file]);
    await writeFile(`${path}.new`, JSON.stringify({ of, files, ...calls } satisfies Listed));
    await rename(`${path}.new`, path!);
  }

  function writeSoon(): void {
    if (path === undefined || isDue) return;
    isDue = true;
    // Where it cannot be written, the next start uploads more.
    setTimeout(() => {
      writing = writing.then(write).catch(() => undefined);
    }, writeAfterMs).unref();
  }

  return {
    recall({ key, sha256 }) {
      const one = known.get(key);
      return one?.sha256 === sha256 ? one?.file : undefined;
    },
    note({ key, sha256 }, file) {
      if (sha256 === undefined) return;
      keepNewest(known, key, { sha256, file }, KEPT_MOST);
      writeSoon();
    },
    forget(files) {
      for (const [key, { file }] of known) {
        if (files.has(file) && known.delete(key)) writeSoon();
      }
    },
    noteCall(kind) {
      calls[kind] = [...calls[kind].filter(counted), now()];
      writeSoon();
    },
    earlierAgoMs,
  };
}

/** Nothing where there is no list, or one that cannot be read or is of another workspace. */
function read(path: string, of: string): Omit<Listed, 'of'> {
  try {
    const listed = Listed.parse(JSON.parse(readFileSync(path, 'utf8')));
    return listed.of === of ? listed : NOTHING;
  } catch {
    return NOTHING;
  }
}

const NOTHING = { files: [], uploads: [], looks: [] };
