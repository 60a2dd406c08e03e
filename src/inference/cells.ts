import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Answers, BLOCK_SIZE } from './protocol.ts';

/**
 * What one model said about blocks of images, kept as soon as a block is done: records of
 *
 *     u32 block | 32 bytes SHA-256 of all else | i16 class[BLOCK_SIZE] | u16 score[BLOCK_SIZE]
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
export async function openCells(results: string, key: string): Promise<Cells> {
  const path = cellsPath(results, key);
  await mkdir(join(results, 'cells'), { recursive: true });
  const { done, end } = readRecords(path);
  const file = await open(path, existsSync(path) ? 'r+' : 'w');
  await file.truncate(end);
  let at = end;
  return {
    done,
    add: async (block, answers) => {
      const record = recordOf(block, answers);
      const position = at;
      at += RECORD_BYTES;
      done.set(block, answers);
      await file.write(record, 0, RECORD_BYTES, position);
    },
    close: () => file.close(),
  };
}

/** What is kept under a key, read only. */
export function readCells(results: string, key: string): ReadonlyMap<number, Answers> {
  return readRecords(cellsPath(results, key)).done;
}

const HEAD_BYTES = 4 + 32;
const RECORD_BYTES = HEAD_BYTES + 4 * BLOCK_SIZE;

function cellsPath(results: string, key: string): string {
  return join(results, 'cells', `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.cells`);
}

function recordOf(block: number, { classes, scores }: Answers): Buffer {
  const record = Buffer.alloc(RECORD_BYTES);
  record.writeUInt32LE(block, 0);
  record.set(new Uint8Array(classes.buffer, classes.byteOffset, classes.byteLength), HEAD_BYTES);
  record.set(new Uint8Array(scores.buffer, scores.byteOffset, scores.byteLength), HEAD_BYTES + 2 * BLOCK_SIZE);
  checksum(record).copy(record, 4);
  return record;
}

function readRecords(path: string): { done: Map<number, Answers>; end: number } {
  const done = new Map<number, Answers>();
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  let end = 0;
  for (; end + RECORD_BYTES <= bytes.length; end += RECORD_BYTES) {
    const record = bytes.subarray(end, end + RECORD_BYTES);
    if (!checksum(record).equals(record.subarray(4, HEAD_BYTES))) break;
    const { buffer } = new Uint8Array(record.subarray(HEAD_BYTES));
    done.set(record.readUInt32LE(0), {
      classes: new Int16Array(buffer, 0, BLOCK_SIZE),
      scores: new Uint16Array(buffer, 2 * BLOCK_SIZE, BLOCK_SIZE),
    });
  }
  return { done, end };
}

function checksum(record: Buffer): Buffer {
  return createHash('sha256').update(record.subarray(0, 4)).update(record.subarray(HEAD_BYTES)).digest();
}
