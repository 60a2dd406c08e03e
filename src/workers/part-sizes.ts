/** A part takes a worker so long: losing one costs no more, and opening the models is a small share of it. Seconds. */
const TARGET_SECONDS = 30;

/** Before anything of this run is done, what is known is of other models. */
const FIRST_SECONDS = 8;

/** At the end parts get smaller, so that all workers end together; but opening the models must still be worth it. */
const LEAST_SECONDS = 4;

export type WorkPace = {
  /** Blocks that nobody has been given yet. */
  readonly blocksLeft: number;
  readonly workers: number;
  /** What one worker took for a block; undefined before there is a part that was done. */
  readonly secondsPerBlock: number | undefined;
  /** Whether that is known of this very run. */
  readonly isOwn: boolean;
};

/** How many blocks the next part has. */
export function partSize({ blocksLeft, workers, secondsPerBlock, isOwn }: WorkPace): number {
  if (secondsPerBlock === undefined) return 1;
  const blocksIn = (seconds: number) => Math.max(1, Math.floor(seconds / secondsPerBlock));
  const fairShare = Math.ceil(blocksLeft / (2 * Math.max(1, workers)));
  const most = blocksIn(isOwn ? TARGET_SECONDS : FIRST_SECONDS);
  return Math.min(blocksLeft, most, Math.max(blocksIn(LEAST_SECONDS), fairShare));
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
