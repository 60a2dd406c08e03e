import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import type { Adapter } from 'lowdb';
import { type Disk, syncFolder } from './disk.ts';

/**
 * A lowdb adapter that does what lowdb's own file adapter leaves out: it syncs the file and its folder before a write
 * counts as done, keeps the previous good state beside it as `.bak`, and notices damage by a checksum.
 *
 * Layout: one line with the SHA-256 of the rest, then the value as JSON.
 */
export class DurableFile<T> implements Adapter<T> {
  readonly #file: string;
  readonly #disk: Disk;

  constructor(file: string, disk: Disk) {
    this.#file = file;
    this.#disk = disk;
  }

  /** `null` when there is no file. Throws `DamagedFile` when its content isn't what was written. */
  async read(): Promise<T | null> {
    return readChecked<T>(this.#file, this.#disk);
  }

  async write(value: T): Promise<void> {
    const body = JSON.stringify(value, undefined, 1);
    const temporary = `${this.#file}.new`;
    // Always a new file: after a failed sync, syncing the same one again may claim what is not so.
    await this.#disk.rm(temporary, { force: true });
    const handle = await this.#disk.open(temporary, 'w');
    try {
      await handle.writeFile(`${sha256(body)}\n${body}`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await this.#keepBackup();
    await this.#disk.rename(temporary, this.#file);
    await syncFolder(this.#disk, dirname(this.#file));
  }

  /** At no moment is there neither the file nor its backup. */
  async #keepBackup(): Promise<void> {
    const backup = `${this.#file}.bak`;
    await this.#disk.rm(`${backup}.new`, { force: true });
    try {
      await this.#disk.link(this.#file, `${backup}.new`);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return;
      throw error;
    }
    await this.#disk.rename(`${backup}.new`, backup);
  }
}

/** What was found is not what was written: truncated, edited by hand or overwritten. */
export class DamagedFile extends Error {}

/** `null` when there is no file; throws `DamagedFile` on a wrong checksum. */
export async function readChecked<T>(file: string, disk: Disk): Promise<T | null> {
  const text = await disk.readFile(file, 'utf8').catch((error: Error) => {
    if (codeOf(error) === 'ENOENT') return null;
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

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
