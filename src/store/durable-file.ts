import { createHash } from 'node:crypto';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Adapter } from 'lowdb';

/**
 * A lowdb adapter that does what lowdb's own file adapter leaves out: it syncs the file and its folder before a write
 * counts as done, keeps the previous good state beside it as `.bak`, and notices damage by a checksum.
 *
 * Layout: one line with the SHA-256 of the rest, then the value as JSON.
 */
export class DurableFile<T> implements Adapter<T> {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** `null` when there is no file. Throws `DamagedFile` when its content isn't what was written. */
  async read(): Promise<T | null> {
    return readChecked<T>(this.#file);
  }

  async write(value: T): Promise<void> {
    const body = JSON.stringify(value, undefined, 1);
    const temporary = `${this.#file}.new`;
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(`${sha256(body)}\n${body}`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await keepBackup(this.#file);
    await rename(temporary, this.#file);
    await syncFolder(dirname(this.#file));
  }
}

/** What was found is not what was written: truncated, edited by hand or overwritten. */
export class DamagedFile extends Error {}

/** `null` when there is no file; throws `DamagedFile` on a wrong checksum. */
export async function readChecked<T>(file: string): Promise<T | null> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new Error(`Can't read ${file}: ${error.message}`, { cause: error });
  });
  if (text === null) return null;
  const end = text.indexOf('\n');
  const body = text.slice(end + 1);
  if (text.slice(0, end) !== sha256(body)) {
    throw new DamagedFile(`${file} is damaged: its checksum does not fit its ${text.length} characters.`);
  }
  return JSON.parse(body) as T;
}

async function keepBackup(file: string): Promise<void> {
  const backup = `${file}.bak`;
  await rm(backup, { force: true });
  await link(file, backup).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/** Without this a renamed file may be gone after a power cut. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
