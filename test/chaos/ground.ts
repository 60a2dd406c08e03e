import type { Chance } from '../../src/simulate/chance.ts';
import { openFacts } from '../../src/store/lowdb-store.ts';
import type { Store } from '../../src/store/store.ts';
import type { Life } from './life.ts';
import { createPlugDisk, type PlugDisk } from './plug-disk.ts';

/** What the facts are kept on: it outlives the bot's processes, and has its own bad days. */
export type Ground = Pick<PlugDisk, 'trouble' | 'spoilBackup'> & {
  /** Opens the facts as the next process does. */
  open(life: Life): Promise<Store>;
  /** The process is gone. */
  leave(): void;
  powerCut(): Promise<void> | void;
  /** Everything that was asked of it has come about, and all that follows from that in the process. */
  settled(): Promise<void>;
};

/** Files on a disk in memory: nothing has to be waited for, so the same chance is the same play. */
export function fileGround(chance: Chance): Ground {
  const disk = createPlugDisk(chance);
  return Object.assign(disk, {
    open: (life: Life) => openFacts('/rounds', disk.mount(life)),
    leave: () => undefined,
    settled: turn,
  });
}

/** Everything that can happen without new events has happened. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
