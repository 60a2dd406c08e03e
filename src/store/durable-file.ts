import { dirname } from 'node:path';
import type { Adapter } from 'lowdb';
import type { Fact } from '../round/facts.ts';
import { type Disk, syncPath, writeSynced } from './disk.ts';
import { HEAD, HEAD_SUM, lineOf, readLines } from './fact-lines.ts';

/** The disk failed in a way that leaves open what it will say after a restart. */
export class UnsureWrite extends Error {}

/**
 * A lowdb adapter that does what lowdb's own file adapter leaves out: it syncs file and folder before a write counts as done,
 * keeps the state before as `.bak`, notices damage, and appends. The first write of a process is a whole new file; so nothing
 * is ever appended to what another life left behind.
 */
export class DurableFile implements Adapter<Fact[]> {
  readonly #file: string;
  readonly #disk: Disk;
  /** How much of the file is known to be good, and its checksum; `undefined` while it has to be written anew. */
  #end: { bytes: number; sum: number } | undefined;

  constructor(file: string, disk: Disk) {
    this.#file = file;
    this.#disk = disk;
  }

  async read(): Promise<Fact[]> {
    return readLines(await this.#disk.readFile(this.#file, 'utf8')).facts();
  }

  /** Adds `fresh` to a file that holds `before`. Throws `UnsureWrite`, or what the disk said: then nothing was saved. */
  async append(before: readonly Fact[], fresh: readonly Fact[]): Promise<void> {
    if (!this.#end) return this.write([...before, ...fresh]);
    const { bytes, sum } = this.#end;
    const next = lineOf(fresh, sum);
    const handle = await this.#disk.open(this.#file, 'a');
    this.#end = undefined;
    try {
      await writeSynced(handle, next.line).catch(async (error: Error) => {
        await handle
          .truncate(bytes)
          .then(() => handle.sync())
          .catch(() => unsure(error));
        throw error;
      });
    } finally {
      await handle.close().catch(() => undefined);
    }
    this.#end = { bytes: bytes + Buffer.byteLength(next.line), sum: next.sum };
  }

  /** Puts a new file in place of the old one; `keepsOld` as `.bak`. */
  async write(facts: readonly Fact[], keepsOld = true): Promise<void> {
    const { line, sum } = facts.length > 0 ? lineOf(facts, HEAD_SUM) : { line: '', sum: HEAD_SUM };
    const text = `${HEAD}${line}`;
    const temporary = `${this.#file}.new`;
    await writeAnew(this.#disk, temporary, text);
    if (keepsOld) await keepAs(this.#disk, this.#file, `${this.#file}.bak`);
    await this.#disk.rename(temporary, this.#file);
    await syncPath(this.#disk, dirname(this.#file)).catch(unsure);
    this.#end = { bytes: Buffer.byteLength(text), sum };
  }
}

function unsure(error: Error): never {
  throw new UnsureWrite(error.message, { cause: error });
}

/** Always a new file: after a failed sync, syncing the same one again may claim what is not so. */
async function writeAnew(disk: Disk, path: string, text: string): Promise<void> {
  await disk.rm(path, { force: true });
  const handle = await disk.open(path, 'w');
  try {
    await writeSynced(handle, text);
  } finally {
    await handle.close();
  }
}

/** A second file of what is there, if anything. At no moment is there neither the one nor the other. */
export async function keepAs(disk: Disk, file: string, kept: string): Promise<void> {
  await disk.rm(`${kept}.new`, { force: true });
  try {
    await disk.link(file, `${kept}.new`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    if (code === 'EIO' || code === 'ENOSPC') throw error;
    // Some file systems have no second names.
    const text = await disk.readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) return;
    await writeAnew(disk, `${kept}.new`, text);
  }
  await disk.rename(`${kept}.new`, kept);
}
