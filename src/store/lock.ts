import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';

/**
 * Makes this process the only one that writes below a folder, until the returned function is called. Two running copies
 * would share Slack's events at random and overwrite each other's files.
 *
 * A lock left by a process of this machine that is gone is taken over, even where its id belongs to another process by
 * now. Throws when the other one is alive.
 */
export async function takeLock(file: string): Promise<() => Promise<void>> {
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
  return async () => {
    if ((await readFile(file, 'utf8').catch(() => undefined)) === content) await rm(file, { force: true });
  };
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

/**
 * Puts mine in place of a stale lock. Only who holds the lock on inheriting may do so, else the second of two that read
 * the same stale lock would replace the first one's new lock. False when the lock is no longer the stale one.
 */
async function inherited(file: string, stale: string, mine: string): Promise<boolean> {
  const release = await takeLock(`${file}.heir`);
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

/** `undefined` when this is no lock of ours. */
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
