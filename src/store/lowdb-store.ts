import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Low } from 'lowdb';
import { z } from 'zod';
import { Fact } from '../core/facts.ts';
import { DamagedFile, DurableFile, readChecked } from './durable-file.ts';
import { takeLock } from './lock.ts';
import type { Store } from './store.ts';

const Facts = z.array(Fact);

/** Keeps the facts of each round in one lowdb file, `<round>.json`, in a folder that only one process may write. */
export async function openLowdbStore(folder: string): Promise<Store> {
  await mkdir(folder, { recursive: true });
  const release = await takeLock(join(folder, 'lock'));
  const damaged: { file: string; reason: string }[] = [];
  const rounds = new Map<string, OpenRound>();
  for (const name of await roundFiles(folder)) {
    const round = await openRound(join(folder, name), damaged);
    if (round) rounds.set(name.slice(0, -'.json'.length), round);
  }
  // One write at a time over all rounds: a label counts when its file and its folder are synced.
  let lastWrite: Promise<unknown> = Promise.resolve();

  return {
    damaged,
    rounds: () => inOrderOfOpening(new Map([...rounds].map(([name, round]) => [name, round.file.data]))),
    facts: (round) => rounds.get(round)?.file.data ?? [],
    add: (round, ...facts) => {
      const written = lastWrite.then(() => append(folder, rounds, round, Facts.parse(facts)));
      lastWrite = written.catch(() => undefined);
      return written;
    },
    close: async () => {
      await lastWrite;
      await release();
    },
  };
}

/** The facts of every round, to look at only: no lock is taken and nothing is set aside, so a bot may be at work. */
export async function readStore(folder: string): Promise<Pick<Store, 'rounds' | 'facts'>> {
  const facts = new Map<string, Fact[]>();
  for (const name of await roundFiles(folder).catch(() => [])) {
    facts.set(name.slice(0, -'.json'.length), Facts.parse(await readChecked(join(folder, name))));
  }
  return { rounds: () => inOrderOfOpening(facts), facts: (round) => facts.get(round) ?? [] };
}

type OpenRound = { readonly file: Low<Fact[]>; readonly keys: Set<string> };

async function append(folder: string, rounds: Map<string, OpenRound>, name: string, facts: Fact[]): Promise<boolean> {
  const round = rounds.get(name) ?? {
    file: new Low<Fact[]>(new DurableFile(join(folder, `${name}.json`)), []),
    keys: new Set<string>(),
  };
  const fresh = facts.filter((fact) => !round.keys.has(fact.key));
  if (!facts[0] || round.keys.has(facts[0].key)) return false;
  const before = round.file.data;
  round.file.data = [...before, ...fresh];
  try {
    await round.file.write();
  } catch (error) {
    round.file.data = before;
    throw new Error(`Can't save to ${folder}: ${(error as Error).message}. Is the disk full or read-only?`, {
      cause: error,
    });
  }
  for (const fact of fresh) round.keys.add(fact.key);
  rounds.set(name, round);
  return true;
}

async function openRound(path: string, damaged: { file: string; reason: string }[]): Promise<OpenRound | undefined> {
  const data = (await readFacts(path, damaged)) ?? (await readFacts(`${path}.bak`, damaged));
  if (!data) return undefined;
  return { file: new Low<Fact[]>(new DurableFile(path), data), keys: new Set(data.map((fact) => fact.key)) };
}

/** `undefined` when there is nothing readable; a damaged file is set aside, so that the other rounds work. */
async function readFacts(path: string, damaged: { file: string; reason: string }[]): Promise<Fact[] | undefined> {
  try {
    const value = await readChecked(path);
    return value === null ? undefined : Facts.parse(value);
  } catch (error) {
    if (!(error instanceof DamagedFile || error instanceof z.ZodError || error instanceof SyntaxError)) throw error;
    const aside = `${path}.damaged-${Date.now()}`;
    await rename(path, aside);
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : error.message;
    damaged.push({ file: aside, reason });
    return undefined;
  }
}

async function roundFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  // A crash between the two renames of a write can leave only the backup.
  const found = names.filter((name) => /\.json(\.bak)?$/.test(name)).map((name) => name.replace(/\.bak$/, ''));
  return [...new Set(found)].sort();
}

function inOrderOfOpening(rounds: ReadonlyMap<string, readonly Fact[]>): string[] {
  const openedAt = (name: string) => rounds.get(name)?.[0]?.at ?? '';
  return [...rounds.keys()].sort((a, b) => (openedAt(a) < openedAt(b) ? -1 : 1));
}
