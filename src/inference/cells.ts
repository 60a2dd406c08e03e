import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * What one model said about blocks of images, kept as soon as a block is done: records of
 *
 *     u32 block | 32 bytes SHA-256 of all else | i16 class[blockSize]
 *
 * appended to one file and synced. A record cut short by a kill fails its checksum and is computed again.
 */
export type Cells = {
  /** Blocks that are done: class of each of their images. */
  readonly done: ReadonlyMap<number, Int16Array>;
  add(block: number, classes: Int16Array): Promise<void>;
  close(): Promise<void>;
};

/** `key` names what was computed: the model's bytes, its specification and the images. */
export async function openCells(folder: string, key: string, blockSize: number): Promise<Cells> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.cells`);
  const length = 4 + 32 + 2 * blockSize;
  const { done, end } = readRecords(path, length);
  const handle = await open(path, existsSync(path) ? 'r+' : 'w');
  await handle.truncate(end);
  let at = end;
  return {
    done,
    add: async (block, classes) => {
      const record = Buffer.alloc(length);
      record.writeUInt32LE(block, 0);
      Buffer.from(classes.buffer, classes.byteOffset, classes.byteLength).copy(record, 36);
      checksum(record).copy(record, 4);
      const position = at;
      at += length;
      done.set(block, classes);
      await handle.write(record, 0, length, position);
      await handle.datasync();
    },
    close: () => handle.close(),
  };
}

function readRecords(path: string, length: number): { done: Map<number, Int16Array>; end: number } {
  const done = new Map<number, Int16Array>();
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  let end = 0;
  for (; end + length <= bytes.length; end += length) {
    const record = bytes.subarray(end, end + length);
    if (!checksum(record).equals(record.subarray(4, 36))) break;
    done.set(record.readUInt32LE(0), new Int16Array(new Uint8Array(record.subarray(36)).buffer));
  }
  return { done, end };
}

function checksum(record: Buffer): Buffer {
  return createHash('sha256').update(record.subarray(0, 4)).update(record.subarray(36)).digest();
}

/** Writes a JSON file so that after a crash there is the old one or the new one, whole. */
export async function writeWhole(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, JSON.stringify(value), { flush: true });
  await rename(`${path}.new`, path);
}

/** `undefined` when there is no such file. */
export async function readJson(path: string): Promise<unknown> {
  return existsSync(path) ? JSON.parse(await readFile(path, 'utf8')) : undefined;
}
