import { readFileSync } from 'node:fs';
import { link, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';

/**
 * Makes this process the only one that writes below a folder, until the returned function is called. Two running copies
 * would share Slack's events at random and overwrite each other's files.
 *
 * A lock left by a process of this machine that is gone is taken over. Throws when the other one is alive.
 */
export async function takeLock(file: string): Promise<() => Promise<void>> {
  const mine = `${file}.${process.pid}`;
  await writeFile(mine, JSON.stringify({ pid: process.pid, host: hostname() })).catch((error: Error) => {
    throw new Error(`Can't write ${mine}: ${error.message}. Is the folder writable?`, { cause: error });
  });
  try {
    // A link appears whole or not at all, so nobody ever reads half a lock.
    while (!(await linked(mine, file))) {
      const holder = readHolder(file);
      if (holder && (holder.host !== hostname() || isAlive(holder.pid))) {
        throw new Error(
          `Another bot (process ${holder.pid} on ${holder.host}) works on this data. Stop it first; if it is gone, remove ${file}.`,
        );
      }
      await rm(file, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
  return () => rm(file, { force: true });
}

/** False when the name is taken. */
function linked(from: string, to: string): Promise<boolean> {
  return link(from, to).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
}

function readHolder(file: string): { pid: number; host: string } | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // Just removed by its owner, or not a lock of ours.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
