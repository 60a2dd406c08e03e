import { createHash } from 'node:crypto';
import { readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { roundOf } from '../round/round-of.ts';
import { openLowdbStore, readStore } from './lowdb-store.ts';
import { nameOfPostgres } from './postgres/address.ts';
import type { PostgresPlace } from './postgres/connection.ts';
import { openWholeTask } from './postgres/whole-task.ts';
import type { ReadOnlyStore } from './store.ts';

/** What was moved, and how it was seen to be the same. */
export type Moved = {
  readonly from: string;
  readonly to: string;
  readonly rounds: number;
  readonly facts: number;
  /** Of all facts in order, the same at both ends; hex digits. */
  readonly sha256: string;
  /** Where the old ones are kept. */
  readonly keptAs: string;
  /** They were there already, the same: an earlier move was cut short after it had written everything. */
  readonly wasThere: boolean;
};

/** A folder of rounds, and a task's facts in a Postgres. */
type Ends = { readonly folder: string; readonly postgres: PostgresPlace };

/**
 * Moves all facts of a task from files into a Postgres, in one transaction. What was written is read back and must be the same,
 * to the bit, and tell the same rounds; then the folder is renamed.
 *
 * @throws where a bot works on either end, a file was damaged, or there are other facts at the target; then nothing was moved.
 */
export async function moveIntoPostgres({ folder, postgres }: Ends): Promise<Moved> {
  refuseNothing(await readStore(folder), folder);
  const files = await openLowdbStore(folder);
  try {
    const [damage] = files.damaged;
    if (damage)
      throw new Error(`${damage.file}: ${damage.reason}. Look at it first; run this again to move what is good.`);
    const task = await openWholeTask(postgres);
    try {
      const to = nameOfPostgres(postgres.address);
      const wasThere = isThere(files, task.facts, `task ${postgres.task} in ${to}`);
      const rounds = files.rounds().map((name) => [name, files.facts(name)] as const);
      if (!wasThere) await task.fill(rounds, (written) => refuseDifferent(files, written));
      const keptAs = `${folder}.moved-${stamp()}`;
      await rename(folder, keptAs);
      await rm(join(keptAs, 'lock'), { force: true });
      return { from: folder, to, ...summary(files), keptAs, wasThere };
    } finally {
      task.close();
    }
  } finally {
    await files.close();
  }
}

/** The other way round: a new folder takes its name only when everything in it was read back. */
export async function moveIntoFiles({ folder, postgres }: Ends): Promise<Moved> {
  const from = nameOfPostgres(postgres.address);
  const task = await openWholeTask(postgres);
  try {
    refuseNothing(task.facts, `task ${postgres.task} in ${from}`);
    const wasThere = isThere(task.facts, await readStore(folder), folder);
    if (!wasThere) await fillFolder(folder, task.facts);
    const keptAs = `${postgres.task} (moved ${stamp()})`;
    await task.rename(keptAs);
    return { from, to: folder, ...summary(task.facts), keptAs: `task "${keptAs}" in ${from}`, wasThere };
  } finally {
    task.close();
  }
}

async function fillFolder(folder: string, facts: ReadOnlyStore): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  if (names.length > 0)
    throw new Error(`${folder} is not empty: ${names.slice(0, 5).join(', ')}. Move that away first.`);
  const fresh = `${folder}.new`;
  await rm(fresh, { recursive: true, force: true });
  const files = await openLowdbStore(fresh);
  for (const name of facts.rounds()) await files.add(name, ...facts.facts(name));
  await files.close();
  refuseDifferent(facts, await readStore(fresh));
  await rmdir(folder).catch(() => undefined);
  await rename(fresh, folder);
}

function refuseNothing(facts: ReadOnlyStore, where: string): void {
  if (facts.rounds().length === 0) throw new Error(`There is nothing to move: no facts in ${where}.`);
}

/** False where the target is empty. Throws where it has other facts than these. */
function isThere(source: ReadOnlyStore, target: ReadOnlyStore, where: string): boolean {
  const there = target.rounds();
  if (there.length === 0) return false;
  if (summary(source).sha256 === summary(target).sha256) return true;
  throw new Error(
    `Nothing was moved: ${where} has facts of ${there.length} ${there.length === 1 ? 'round' : 'rounds'} already (${there.slice(0, 3).join(', ')}), and not these. Move them away first, or use another "name".`,
  );
}

/** Bit by bit, and by what the rounds tell. */
function refuseDifferent(source: ReadOnlyStore, written: ReadOnlyStore): void {
  const isSame =
    summary(source).sha256 === summary(written).sha256 &&
    source.rounds().every((name) => isDeepStrictEqual(roundOf(source.facts(name)), roundOf(written.facts(name))));
  if (!isSame) throw new Error('Nothing was moved: what was read back is not what was written.');
}

function summary(facts: ReadOnlyStore): Pick<Moved, 'rounds' | 'facts' | 'sha256'> {
  const hash = createHash('sha256');
  let count = 0;
  for (const name of facts.rounds()) {
    const those = facts.facts(name);
    count += those.length;
    hash.update(`${JSON.stringify([name, those])}\n`);
  }
  return { rounds: facts.rounds().length, facts: count, sha256: hash.digest('hex') };
}

/** A moment that can stand in a file's name. */
function stamp(): string {
  return new Date().toISOString().replace(/[:.]/g, '-');
}
