import { Low } from 'lowdb';
import type { Fact } from '../round/facts.ts';
import type { Disk } from './disk.ts';
import { DurableFile } from './durable-file.ts';
import type { Lines } from './fact-lines.ts';

/** A round of an open store. */
export type OpenRound = {
  readonly file: DurableFile;
  /** Its facts; of a round that was on disk they are made of its lines when somebody first wants them. */
  readonly low: Low<Fact[]>;
  /** The keys of its facts. */
  readonly keys: Set<string>;
  /** Whether there is a fact of this kind, without making them. */
  holds(kind: Fact['kind']): boolean;
};

/** One that is not on disk yet. */
export function newRound(path: string, disk: Disk): OpenRound {
  return openedRound(path, disk, { isEmpty: true, facts: () => [], holds: () => false });
}

/** One that was found on disk. */
export function openedRound(path: string, disk: Disk, found: Lines): OpenRound {
  const file = new DurableFile(path, disk);
  // Either the text or what was made of it is kept, never both.
  let lines: Lines | undefined = found;
  let made: Pick<OpenRound, 'low' | 'keys'> | undefined;

  function make(): Pick<OpenRound, 'low' | 'keys'> {
    if (made) return made;
    const facts = lines?.facts() ?? [];
    lines = undefined;
    made = { low: new Low<Fact[]>(file, facts), keys: new Set(facts.map((fact) => fact.key)) };
    return made;
  }

  return {
    file,
    get low() {
      return make().low;
    },
    get keys() {
      return make().keys;
    },
    holds: (kind) => lines?.holds(kind) ?? make().low.data.some((fact) => fact.kind === kind),
  };
}
