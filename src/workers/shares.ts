import type { BatchPart } from './queue.ts';

/** Which blocks of a run nobody was given yet, and which parts were sent and are not done. */
export type Shares = {
  readonly unsent: ReadonlySet<number>;
  readonly sent: ReadonlyMap<string, BatchPart>;
  /** It is somebody's now. */
  send(part: BatchPart): void;
  /** Nobody has to do it any more. */
  settle(part: BatchPart): void;
  /** Nobody has it, and it is not done. */
  takeBack(part: BatchPart): void;
};

/** With all of these blocks still to be given. */
export function openShares(blocks: readonly number[]): Shares {
  const unsent = new Set(blocks);
  const sent = new Map<string, BatchPart>();
  return {
    unsent,
    sent,
    send(part) {
      sent.set(nameOf(part), part);
      for (const block of blocksOf(part)) unsent.delete(block);
    },
    settle(part) {
      sent.delete(nameOf(part));
      for (const block of blocksOf(part)) unsent.delete(block);
    },
    takeBack(part) {
      sent.delete(nameOf(part));
      for (const block of blocksOf(part)) unsent.add(block);
    },
  };
}

/** Of one run, where it stands beside others of the same. */
export function nameOf({ first, blocks }: Pick<BatchPart, 'first' | 'blocks'>): string {
  return `${first}-${blocks}`;
}

/** The numbers of a part’s blocks, in order. */
export function* blocksOf({ first, blocks }: Pick<BatchPart, 'first' | 'blocks'>): Generator<number> {
  for (let block = first; block < first + blocks; block++) yield block;
}
