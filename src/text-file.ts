import { readFileSync } from 'node:fs';

/** A text file as people's tools save it, read at once. Throws when it cannot be read. */
export function readTextFile(path: string): string {
  return textOf(readFileSync(path));
}

/** Why the system did not read a file or a folder, in words where people meet it often. */
export function whyNotRead(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return 'there is nothing of that name';
    case 'ENOTDIR':
      return 'a part of its path is a file, not a folder';
    case 'EISDIR':
      return 'it is a folder';
    case 'EACCES':
      return 'this user may not read it';
  }
  return message;
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
