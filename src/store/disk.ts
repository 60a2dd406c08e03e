/** What durable files need of a disk. `node:fs/promises` is one; a test brings one whose plug it pulls. */
export type Disk = {
  open(path: string, flags: 'r' | 'w' | 'a'): Promise<Handle>;
  readFile(path: string, encoding: 'utf8'): Promise<string>;
  rename(from: string, to: string): Promise<void>;
  /** A second name for the same content. */
  link(existing: string, path: string): Promise<void>;
  rm(path: string, options: { force: true }): Promise<void>;
  readdir(folder: string): Promise<string[]>;
};

type Handle = {
  /** To the end of a file that was opened to append. */
  writeFile(text: string): Promise<void>;
  truncate(bytes: number): Promise<void>;
  /** Until this resolves, a power cut may take back what was written; for a folder, which names are in it. */
  sync(): Promise<void>;
  close(): Promise<void>;
};

/** Writes all of a text and waits until it is on the disk. */
export async function writeSynced(handle: Handle, text: string): Promise<void> {
  await handle.writeFile(text);
  await handle.sync();
}

/** Of a folder: without this, a file renamed into it may be gone after a power cut. */
export async function syncPath(disk: Disk, path: string): Promise<void> {
  const handle = await disk.open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
