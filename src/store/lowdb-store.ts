import * as realDisk from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Fact } from '../round/facts.ts';
import { type Disk, syncPath } from './disk.ts';
import { keepAs, UnsureWrite } from './durable-file.ts';
import type { Lines } from './fact-lines.ts';
import { takeLock } from './lock.ts';
import { newRound, type OpenRound, openedRound } from './open-round.ts';
import { inOrder } from './order.ts';
import { readRound, UnreadableFile } from './read-round.ts';
import type { Damage, ReadOnlyStore, Store } from './store.ts';

const Facts = z.array(Fact);

/** Files opened at once: waiting for each alone costs more than reading it. */
const AT_ONCE = 32;

/** Keeps the facts of each round in one lowdb file, `<round>.json`, in a folder that only one process may write. */
export async function openLowdbStore(folder: string): Promise<Store> {
  await realDisk.mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw new Error(
      `Can't make the folder ${folder} (${(error as Error).message.split(',')[0]}). Let this user write there, or correct "data".`,
      { cause: error },
    );
  });
  const lock = await takeLock(join(folder, 'lock'));
  try {
    const store = await openFacts(folder, realDisk, lock.refuseIfLost);
    return {
      ...store,
      close: async () => {
        await store.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** The store without its lock: for a folder that nobody else writes. `beforeWrite` may refuse it. */
export async function openFacts(
  folder: string,
  disk: Disk,
  beforeWrite: () => Promise<void> = async () => {},
): Promise<Store> {
  // A process killed between a rename and its sync leaves what can be read now and lost in a power cut later.
  await syncPath(disk, folder);
  const { rounds, damaged, unreadable } = await openRounds(folder, disk);
  // One write at a time over all rounds: a label counts when its file and its folder are synced.
  let lastWrite: Promise<unknown> = Promise.resolve();
  let order = inOrder(rounds.keys());
  let isClosed = false;

  async function append(name: string, facts: Fact[]): Promise<boolean> {
    if (unreadable.has(name)) throw new Error(`Can't save to round ${name}: its file cannot be read.`);
    const round = rounds.get(name) ?? newRound(join(folder, `${name}.json`), disk);
    if (!facts[0] || round.keys.has(facts[0].key)) return false;
    // As a start would read them: strings cut from a payload would keep all of it in memory.
    const fresh: Fact[] = JSON.parse(JSON.stringify(facts.filter((fact) => !round.keys.has(fact.key))));
    await beforeWrite();
    const { data } = round.low;
    // The file, not `low.write()`: that writes all of it, and nobody may read a fact that is not on disk yet.
    await round.file.append(data, fresh).catch((error: Error) => refuse(folder, error));
    round.low.data = [...data, ...fresh];
    for (const fact of fresh) round.keys.add(fact.key);
    if (!rounds.has(name)) order = inOrder([...order, name]);
    rounds.set(name, round);
    return true;
  }

  return {
    damaged,
    refuseIfLost: beforeWrite,
    lost: new Promise(() => {}),
    rounds: () => order,
    facts: (round) => rounds.get(round)?.low.data ?? [],
    holds: (round, kind) => rounds.get(round)?.holds(kind) ?? false,
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

function refuse(folder: string, error: Error): never {
  if (error instanceof UnsureWrite) {
    // Without the system's word as the cause, by which people are told that nothing was saved.
    throw new Error(`Can't save to ${folder} for certain: ${error.message}. It may be there after the next start.`);
  }
  throw new Error(`Can't save to ${folder}: ${error.message}. Is the disk full or read-only?`, { cause: error });
}

/**
 * The facts of every round, to look at only: no lock is taken and nothing is set aside, so a bot may be at work. Of a
 * damaged round the last good state is seen, as the bot will at its next start.
 */
export async function readStore(folder: string): Promise<ReadOnlyStore> {
  const rounds = new Map<string, Lines>();
  for (const name of await roundNames(folder, realDisk).catch(() => [])) {
    const found = await readRound(join(folder, `${name}.json`), realDisk).catch((error: unknown) => {
      if (error instanceof UnreadableFile) return undefined;
      throw error;
    });
    if (found && !found.isEmpty) rounds.set(name, found);
  }
  return {
    rounds: () => inOrder(rounds.keys()),
    facts: (round) => rounds.get(round)?.facts() ?? [],
    holds: (round, kind) => rounds.get(round)?.holds(kind) ?? false,
  };
}

type OpenRounds = {
  readonly rounds: Map<string, OpenRound>;
  readonly damaged: Damage[];
  /** Rounds whose files are there and cannot be read. */
  readonly unreadable: Set<string>;
};

/** An old round that the disk keeps from us is left alone and told; without the newest one there is nothing to go on from. */
async function openRounds(folder: string, disk: Disk): Promise<OpenRounds> {
  const opened: OpenRounds = { rounds: new Map(), damaged: [], unreadable: new Set() };
  const names = inOrder(await roundNames(folder, disk));
  async function openOne(name: string): Promise<void> {
    const path = join(folder, `${name}.json`);
    try {
      const round = await openRound(path, disk, opened.damaged);
      if (round) opened.rounds.set(name, round);
    } catch (error) {
      if (!(error instanceof UnreadableFile) || name === names.at(-1)) throw error;
      opened.unreadable.add(name);
      opened.damaged.push({ file: path, reason: error.message, mayLack: true });
    }
  }
  for (let first = 0; first < names.length; first += AT_ONCE) {
    await Promise.all(names.slice(first, first + AT_ONCE).map(openOne));
  }
  return opened;
}

/** A damaged file is kept aside, and what is good of it or of its backup takes its place at once. */
async function openRound(path: string, disk: Disk, damaged: OpenRounds['damaged']): Promise<OpenRound | undefined> {
  // What a killed process appended can be read now, and may be lost in a power cut later, too.
  await syncPath(disk, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw new UnreadableFile(`Can't sync ${path}: ${error.message}`, { cause: error });
  });
  const found = await readRound(path, disk);
  if (!found) return undefined;
  const round = openedRound(path, disk, found);
  const aside = `${path}.damaged-${Date.now()}`;
  const isDamaged = found.flaw?.kind === 'damaged';
  const [file, lack] = isDamaged ? [aside, { mayLack: true as const }] : [path, {}];
  if (found.flaw) damaged.push({ file, reason: found.flaw.reason, ...lack });
  if (isDamaged) {
    await keepAs(disk, path, aside);
    if (found.isEmpty) await disk.rm(path, { force: true });
    else await round.file.write(round.low.data, false);
  }
  return found.isEmpty ? undefined : round;
}

async function roundNames(folder: string, disk: Disk): Promise<string[]> {
  const names = await disk.readdir(folder);
  // A damaged file that was set aside leaves only the backup.
  const found = names.filter((name) => /\.json(\.bak)?$/.test(name)).map((name) => name.replace(/\.json(\.bak)?$/, ''));
  return [...new Set(found)];
}
