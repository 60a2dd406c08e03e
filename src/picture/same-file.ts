import { hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';

/** Neither a link's target nor a pipe that nobody writes to: whoever can put files into a batch could put these. */
const PLAIN = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

const GONE = 'it changed after its batch was listed';

/**
 * Reads an image that was listed with this SHA-256, in hex; any, where none is named.
 *
 * @throws when it is another file by now, or a link, or gone.
 */
export async function readSame(path: string, sha256?: string): Promise<Buffer> {
  const file = await open(path, PLAIN);
  try {
    if (!(await file.stat()).isFile()) throw new Error(GONE);
    const bytes = await file.readFile();
    if (sha256 !== undefined && hash('sha256', bytes) !== sha256) throw new Error(GONE);
    return bytes;
  } finally {
    await file.close();
  }
}

/** The same without a turn for others, for a process that has nothing else to do. */
export function readSameSync(path: string, sha256: string): Buffer {
  const file = openSync(path, PLAIN);
  try {
    if (!fstatSync(file).isFile()) throw new Error(GONE);
    const bytes = readFileSync(file);
    if (hash('sha256', bytes) !== sha256) throw new Error(GONE);
    return bytes;
  } finally {
    closeSync(file);
  }
}
