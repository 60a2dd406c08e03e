import { readFileSync } from 'node:fs';

/** A text file as people's tools save it, read at once. Throws when it cannot be read. */
export function readTextFile(path: string): string {
  return textOf(readFileSync(path));
}

/**
 * Text in UTF-8, or in UTF-16 where a byte order mark says so (Windows' editors, PowerShell and Excel write both); the mark
 * itself is dropped.
 */
export function textOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}
