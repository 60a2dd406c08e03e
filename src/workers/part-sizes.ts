/** How long a part should take a worker: losing one costs no more, and opening the models is a small share of it. Seconds. */
const TARGET_SECONDS = 30;

/** Before anything of this run is done, what is known is of other models. */
const FIRST_SECONDS = 15;

/** At the end parts get smaller, so that all workers end together; but opening the models must still be worth it. */
const LEAST_SECONDS = 8;

/** A part takes at least this many times what it takes to begin with one. */
const STARTS = 16;

/** What is left, and how fast it goes. */
export type WorkPace = {
  /** Blocks that nobody has been given yet. */
  readonly blocksLeft: number;
  readonly workers: number;
  /** Seconds that one worker takes to begin with a part, and for a block; undefined before there is a part that was done. */
  readonly cost: { readonly start: number; readonly perBlock: number } | undefined;
  /** Whether that is known of this very run. */
  readonly isOwn: boolean;
};

/** How many blocks the next part has. */
export function partSize({ blocksLeft, workers, cost, isOwn }: WorkPace): number {
  if (cost === undefined) return 1;
  const blocksIn = (seconds: number) => Math.max(1, Math.floor((seconds - cost.start) / cost.perBlock));
  const fairShare = Math.ceil(blocksLeft / (2 * Math.max(1, workers)));
  const most = blocksIn(isOwn ? Math.max(TARGET_SECONDS, STARTS * cost.start) : FIRST_SECONDS);
  const least = blocksIn(Math.max(LEAST_SECONDS, (STARTS / 4) * cost.start));
  return Math.min(blocksLeft, most, Math.max(least, fairShare));
}

/** The next `size` blocks that lie side by side, from the first that is left on. */
export function nextStretch(
  left: ReadonlySet<number>,
  size: number,
): { readonly first: number; readonly blocks: number } {
  const first = Math.min(...left);
  let blocks = 1;
  while (blocks < size && left.has(first + blocks)) blocks += 1;
  return { first, blocks };
}
