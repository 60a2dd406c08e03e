import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answers } from './protocol.ts';

/**
 * What one model said about blocks of images, kept as soon as a block is done: records of
 *
 *     u32 block | 32 bytes SHA-256 of all else | i16 class[blockSize] | u16 score[blockSize]
 *
 * appended to one file. A record cut short by a kill or lost with the power fails its checksum and is computed again, so
 * nothing waits for the disk here.
 */
export type Cells = {
  /** Blocks that are done. */
  readonly done: ReadonlyMap<number, Answers>;
  add(block: number, answers: Answers): Promise<void>;
  close(): Promise<void>;
};

/** `key` names what was computed: the model's bytes, its specification and the images. */
export async function openCells(results: string, key: string, blockSize: number): Promise<Cells> {
  const path = cellsPath(results, key);
  await mkdir(join(results, 'cells'), { recursive: true });
  const { done, end } = readRecords(path, blockSize);
  const file = await open(path, existsSync(path) ? 'r+' : 'w');
  await file.truncate(end);
  let at = end;
  return {
    done,
    add: async (block, answers) => {
      const record = recordOf(block, answers, blockSize);
      const position = at;
      at += record.length;
      done.set(block, answers);
      await file.write(record, 0, record.length, position);
    },
    close: () => file.close(),
  };
}

/** What is kept under a key, read only. */
export function readCells(results: string, key: string, blockSize: number): ReadonlyMap<number, Answers> {
  return readRecords(cellsPath(results, key), blockSize).done;
}

const HEAD_BYTES = 4 + 32;

function cellsPath(results: string, key: string): string {
  return join(results, 'cells', `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.cells`);
}

/** The last block may be shorter; its record is as long as the others. */
function recordOf(block: number, { classes, scores }: Answers, blockSize: number): Buffer {
  const record = Buffer.alloc(HEAD_BYTES + 4 * blockSize);
  record.writeUInt32LE(block, 0);
  record.set(new Uint8Array(classes.buffer, classes.byteOffset, classes.byteLength), HEAD_BYTES);
  record.set(new Uint8Array(scores.buffer, scores.byteOffset, scores.byteLength), HEAD_BYTES + 2 * blockSize);
  checksum(record).copy(record, 4);
  return record;
}

function readRecords(path: string, blockSize: number): { done: Map<number, Answers>; end: number } {
  const done = new Map<number, Answers>();
  const recordBytes = HEAD_BYTES + 4 * blockSize;
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  let end = 0;
  for (; end + recordBytes <= bytes.length; end += recordBytes) {
    const record = bytes.subarray(end, end + recordBytes);
    if (!checksum(record).equals(record.subarray(4, HEAD_BYTES))) break;
    const { buffer } = new Uint8Array(record.subarray(HEAD_BYTES));
    done.set(record.readUInt32LE(0), {
      classes: new Int16Array(buffer, 0, blockSize),
      scores: new Uint16Array(buffer, 2 * blockSize, blockSize),
    });
  }
  return { done, end };
}

function checksum(record: Buffer): Buffer {
  return createHash('sha256').update(record.subarray(0, 4)).update(record.subarray(HEAD_BYTES)).digest();
}
