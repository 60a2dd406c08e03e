import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new folder with these files, gone when the test is. */
export function folderWith(files: Record<string, string | Uint8Array>): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'modelpicker-')), 'set');
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  onTestFinished(() => rmSync(join(folder, '..'), { recursive: true }));
  return folder;
}

/** The bytes numpy.save writes. */
export function npy(descr: string, shape: readonly number[], data: Uint8Array, order = 'False'): Uint8Array {
  const list = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${list}), }`;
  const header = `${text.padEnd(64 * Math.ceil((text.length + 11) / 64) - 11)}\n`;
  const start = Buffer.from('\x93NUMPY\x01\x00', 'latin1');
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  return Buffer.concat([start, length, Buffer.from(header), data]);
}

/** Whole numbers as little-endian int16. */
export function int16(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Int16Array.from(values).buffer);
}
