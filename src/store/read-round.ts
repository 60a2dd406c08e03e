import type { Disk } from './disk.ts';
import { type Lines, readLines, UnknownFormat } from './fact-lines.ts';

/**
 * Reads a round from its file; where that is damaged or gone, from the one that knows more, it or `.bak`. `undefined` where
 * there is neither.
 *
 * @throws what cures it where a newer release wrote it, or the disk does not let it be read.
 */
export async function readRound(path: string, disk: Disk): Promise<Lines | undefined> {
  const own = await readOne(path, disk);
  if (own && own.flaw?.kind !== 'damaged') return own;
  const backup = await readOne(`${path}.bak`, disk);
  if (!backup || (own && own.facts().length >= backup.facts().length)) return own;
  const { flaw: _flaw, ...good } = backup;
  return { ...good, ...(own?.flaw && { flaw: own.flaw }) };
}

async function readOne(path: string, disk: Disk): Promise<Lines | undefined> {
  let text: string;
  try {
    text = await disk.readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UnreadableFile(`Can't read ${path}: ${(error as Error).message}`, { cause: error });
  }
  try {
    return readLines(text);
  } catch (error) {
    if (!(error instanceof UnknownFormat)) throw error;
    throw new UnknownFormat(
      `${path} was written by a newer release: ${error.message}. Nothing was changed; start that release, or a newer one.`,
    );
  }
}

/** The disk keeps it from us: it is there, and maybe whole. */
export class UnreadableFile extends Error {}
