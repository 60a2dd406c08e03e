import { isAscii } from 'node:buffer';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** A text file as people's tools save it, read at once. Throws when it cannot be read. */
export function readTextFile(path: string): string {
  return textOf(readFileSync(path));
}

/** Bytes of a file that are read at once. */
const CHUNK_BYTES = 1 << 18;

/** The lines of a text file one after the other: of a large one only a piece is in memory. Throws when it cannot be read. */
export function* linesOf(path: string): Generator<string> {
  const file = openSync(path, 'r');
  try {
    let rest = '';
    for (const piece of piecesOf(file)) {
      rest += piece;
      if (!/[\r\n]/.test(piece)) continue;
      // Maybe one half of a line's end.
      const end = rest.endsWith('\r') ? rest.length - 1 : rest.length;
      const lines = rest.slice(0, end).split(LINE_END);
      rest = lines.pop()! + rest.slice(end);
      yield* lines;
    }
    yield* rest.split(LINE_END);
  } finally {
    closeSync(file);
  }
}

const LINE_END = /\r\n|\r|\n/;

function* piecesOf(file: number): Generator<string> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let decoder: TextDecoder | undefined;
  let isBetweenCharacters = false;
  for (;;) {
    const bytes = chunk.subarray(0, readSync(file, chunk));
    if (bytes.length === 0) break;
    // Most files are nothing else, and a decoder takes twice as long and twice the memory.
    const isPlain = decoder?.encoding === 'utf-8' && isBetweenCharacters && isAscii(bytes);
    decoder ??= new TextDecoder(encodingOf(bytes));
    yield isPlain ? bytes.toString('latin1') : decoder.decode(bytes, { stream: true });
    isBetweenCharacters = bytes.at(-1)! < 0x80;
  }
  yield decoder?.decode() ?? '';
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
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
