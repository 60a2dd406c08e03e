import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/** The right to be the only one that writes below a folder. */
export type Lock = {
  release(): Promise<void>;
  /** Throws when somebody took it: they removed the file, or their machine cannot see that this process lives. */
  refuseIfLost(): Promise<void>;
};

/**
 * Makes this process the only one that writes below a folder, until the lock is released. Two running copies
 * would share Slack's events at random and overwrite each other's files.
 *
 * A lock left by a process of this machine that is gone is taken over, even where its id belongs to another process by
 * now. Throws when the other one is alive.
 */
export async function takeLock(file: string): Promise<Lock> {
  const { pid } = process;
  const mine = `${file}.${pid}-${randomUUID()}`;
  const content = JSON.stringify({ pid, host: hostname(), since: bornAt(pid) });
  await writeFile(mine, content).catch((error: Error) => {
    throw new Error(`Can't write ${mine}: ${error.message}. Is the folder writable?`, { cause: error });
  });
  try {
    // A link appears whole or not at all, so nobody ever reads half a lock.
    while (!(await linked(mine, file))) {
      const found = await readFile(file, 'utf8').catch(() => undefined);
      if (found === undefined) continue;
      const other = holderOf(found);
      if (!other && (await isBeingWritten(file))) continue;
      if (other && isAlive(other)) {
        throw new Error(
          `Another bot (process ${other.pid} on ${other.host}) works on this data. Stop it first; if it is gone, remove ${file}.`,
        );
      }
      if (await inherited(file, found, mine)) break;
    }
  } finally {
    await rm(mine, { force: true });
  }
  const isMine = async () => (await readFile(file, 'utf8').catch(() => undefined)) === content;
  return {
    release: async () => {
      if (await isMine()) await rm(file, { force: true });
    },
    refuseIfLost: async () => {
      if (await isMine()) return;
      throw new Error(
        `Nothing was saved: ${file} is not this bot's any more. Another one took it, or it was removed: start anew.`,
      );
    },
  };
}

/** False when the name is taken. */
function linked(from: string, to: string): Promise<boolean> {
  return link(from, to).then(
    () => true,
    (error: NodeJS.ErrnoException) => (error.code === 'EEXIST' ? false : copied(from, to)),
  );
}

/** The other way, where the file system has no second names: exFAT, SMB, some mounts of containers. */
async function copied(from: string, to: string): Promise<boolean> {
  const content = await readFile(from, 'utf8');
  return writeFile(to, content, { flag: 'wx' }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw new Error(`Can't lock ${to}: ${error.message}. Put "data" into a folder of a local disk.`, {
        cause: error,
      });
    },
  );
}

/** Whoever copied it may have made the file and not filled it yet. */
const FILLED_WITHIN_MS = 2_000;

async function isBeingWritten(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  if (!found || found.size > 0 || Date.now() - found.mtimeMs > FILLED_WITHIN_MS) return false;
  await sleep(50);
  return true;
}

/**
 * Puts mine in place of a stale lock. Only who holds the lock on inheriting may do so, else the second of two that read
 * the same stale lock would replace the first one's new lock. False when the lock is no longer the stale one.
 */
async function inherited(file: string, stale: string, mine: string): Promise<boolean> {
  const { release } = await takeLock(`${file}.heir`);
  try {
    if ((await readFile(file, 'utf8').catch(() => undefined)) !== stale) return false;
    await rename(mine, file);
    return true;
  } finally {
    await release();
  }
}

const Holder = z.object({ pid: z.int().positive(), host: z.string(), since: z.string().optional() });
type Holder = z.infer<typeof Holder>;

/** `undefined` when this is not a lock of ours. */
function holderOf(text: string): Holder | undefined {
  try {
    return Holder.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Of a process on another machine nobody here can tell, so it counts as alive. */
function isAlive({ pid, host, since }: Holder): boolean {
  if (host !== hostname()) return true;
  if (since !== undefined) return bornAt(pid) === since;
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Which boot and which tick a process was born in: process ids are used again, these are not. `undefined` where the
 * system does not say, or there is no such process.
 *
 * @see proc_pid_stat(5), field 22
 */
function bornAt(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the name, may hold spaces and brackets.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie is dead, only not mourned yet.
    return state === 'Z' ? undefined : `${boot} ${fields[18]}`;
  } catch {
    return undefined;
  }
}
