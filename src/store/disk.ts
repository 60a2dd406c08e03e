/** What durable files need of a disk. `node:fs/promises` is one; a test brings one whose plug it pulls. */
export type Disk = {
  open(path: string, flags: 'r' | 'w'): Promise<Handle>;
  readFile(path: string, encoding: 'utf8'): Promise<string>;
  rename(from: string, to: string): Promise<void>;
  /** A second name for the same content. */
  link(existing: string, path: string): Promise<void>;
  rm(path: string, options: { force: true }): Promise<void>;
  readdir(folder: string): Promise<string[]>;
};

type Handle = {
  writeFile(text: string): Promise<void>;
  /** Until this resolves, a power cut may take back what was written; for a folder, which names are in it. */
  sync(): Promise<void>;
  close(): Promise<void>;
};

/** Without this, a file renamed into the folder may be gone after a power cut. */
export async function syncFolder(disk: Disk, folder: string): Promise<void> {
  const handle = await disk.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
