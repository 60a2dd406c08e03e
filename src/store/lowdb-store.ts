import * as realDisk from 'node:fs/promises';
import { join } from 'node:path';
import { Low } from 'lowdb';
import { z } from 'zod';
import { isNewer } from '../round/batch-order.ts';
import { Fact } from '../round/facts.ts';
import { type Disk, syncFolder } from './disk.ts';
import { DamagedFile, DurableFile, readChecked } from './durable-file.ts';
import { takeLock } from './lock.ts';
import type { Store } from './store.ts';

const Facts = z.array(Fact);

/** Keeps the facts of each round in one lowdb file, `<round>.json`, in a folder that only one process may write. */
export async function openLowdbStore(folder: string): Promise<Store> {
  await realDisk.mkdir(folder, { recursive: true });
  const release = await takeLock(join(folder, 'lock'));
  try {
    const store = await openFacts(folder, realDisk);
    return {
      ...store,
      close: async () => {
        await store.close();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** The store without its lock: for a folder that nobody else writes. */
export async function openFacts(folder: string, disk: Disk): Promise<Store> {
  // A process killed between a rename and its sync leaves what can be read now and lost in a power cut later.
  await syncFolder(disk, folder);
  const damaged: { file: string; reason: string }[] = [];
  const rounds = new Map<string, OpenRound>();
  for (const name of await roundFiles(folder, disk)) {
    const round = await openRound(join(folder, name), disk, damaged);
    if (round) rounds.set(name.slice(0, -'.json'.length), round);
  }
  // One write at a time over all rounds: a label counts when its file and its folder are synced.
  let lastWrite: Promise<unknown> = Promise.resolve();
  let isClosed = false;

  async function append(name: string, facts: Fact[]): Promise<boolean> {
    const round = rounds.get(name) ?? newRound(join(folder, `${name}.json`), disk, []);
    if (!facts[0] || round.keys.has(facts[0].key)) return false;
    // As a start would read them: strings cut from a payload would keep all of it in memory.
    const fresh: Fact[] = JSON.parse(JSON.stringify(facts.filter((fact) => !round.keys.has(fact.key))));
    const next = [...round.file.data, ...fresh];
    // The adapter, not `file.write()`: nobody may read a fact that is not on disk yet.
    await round.file.adapter.write(next).catch((error: Error) => {
      throw new Error(`Can't save to ${folder}: ${error.message}. Is the disk full or read-only?`, { cause: error });
    });
    round.file.data = next;
    for (const fact of fresh) round.keys.add(fact.key);
    rounds.set(name, round);
    return true;
  }

  return {
    damaged,
    rounds: () => inOrder(rounds.keys()),
    facts: (round) => rounds.get(round)?.file.data ?? [],
    add: async (round, ...facts) => {
      if (isClosed) throw new Error(`The bot has stopped; nothing was saved to ${folder}.`);
      const written = lastWrite.then(() => append(round, Facts.parse(facts)));
      lastWrite = written.catch(() => undefined);
      return written;
    },
    close: async () => {
      isClosed = true;
      await lastWrite;
    },
  };
}

/**
 * The facts of every round, to look at only: no lock is taken and nothing is set aside, so a bot may be at work. Of a
 * damaged round the last good state is seen, as the bot will at its next start.
 */
export async function readStore(folder: string): Promise<Pick<Store, 'rounds' | 'facts'>> {
  const facts = new Map<string, Fact[]>();
  for (const name of await roundFiles(folder, realDisk).catch(() => [])) {
    const file = join(folder, name);
    const found = (await lookAt(file)) ?? (await lookAt(`${file}.bak`));
    if (found) facts.set(name.slice(0, -'.json'.length), found);
  }
  return { rounds: () => inOrder(facts.keys()), facts: (round) => facts.get(round) ?? [] };
}

async function lookAt(path: string): Promise<Fact[] | undefined> {
  try {
    return Facts.nullable().parse(await readChecked(path, realDisk)) ?? undefined;
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}

/** Not what was written, or not by this program; other failures are the disk's. */
function isDamage(error: unknown): boolean {
  return error instanceof DamagedFile || error instanceof z.ZodError || error instanceof SyntaxError;
}

/** Of lowdb its box and its adapter's contract: `Low.write()` would show facts to readers before they are on disk. */
type OpenRound = { readonly file: Low<Fact[]>; readonly keys: Set<string> };

function newRound(path: string, disk: Disk, facts: Fact[]): OpenRound {
  const keys = new Set(facts.map((fact) => fact.key));
  return { file: new Low<Fact[]>(new DurableFile(path, disk), facts), keys };
}

type Damaged = { file: string; reason: string }[];

async function openRound(path: string, disk: Disk, damaged: Damaged): Promise<OpenRound | undefined> {
  const facts = (await readFacts(path, disk, damaged)) ?? (await readFacts(`${path}.bak`, disk, damaged));
  return facts && newRound(path, disk, facts);
}

/** `undefined` when there is nothing readable; a damaged file is set aside, so that the other rounds work. */
async function readFacts(path: string, disk: Disk, damaged: Damaged): Promise<Fact[] | undefined> {
  try {
    const value = await readChecked(path, disk);
    return value === null ? undefined : Facts.parse(value);
  } catch (error) {
    if (!isDamage(error)) throw error;
    const aside = `${path}.damaged-${Date.now()}`;
    await disk.rename(path, aside);
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    damaged.push({ file: aside, reason });
    return undefined;
  }
}

async function roundFiles(folder: string, disk: Disk): Promise<string[]> {
  const names = await disk.readdir(folder);
  // A damaged file that was set aside leaves only the backup.
  const found = names.filter((name) => /\.json(\.bak)?$/.test(name)).map((name) => name.replace(/\.bak$/, ''));
  return [...new Set(found)].sort();
}

function inOrder(rounds: Iterable<string>): string[] {
  return [...rounds].sort((a, b) => (isNewer(a, b) ? 1 : -1));
}
