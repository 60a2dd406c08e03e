/** What listeners can be told of. `drift.seen`: a batch is unlike the one before it, or the deployed model has fallen. */
export const EVENT_TYPES = [
  'round.opened',
  'winner.announced',
  'winner.deployed',
  'winner.withdrawn',
  'rolled_back',
  'batch.failed',
  'handover.failed',
  'drift.seen',
] as const;

/** One of these, by its name. */
export type EventType = (typeof EVENT_TYPES)[number];

/** Something that happened. `id` is the same however often it is told; `at` is ISO 8601, UTC. */
export type Happening = {
  readonly id: string;
  readonly type: EventType;
  readonly at: string;
  readonly data: Readonly<Record<string, unknown>>;
};

/** The promise about whoever is told what happens: one event at a time, in order, again until it was taken. */
export type Listener = {
  /** What the operator calls it, in logs and errors. */
  readonly name: string;
  wants(type: EventType): boolean;
  /**
   * Resolves when the event was taken; `gone` when this listener wants to hear nothing ever again. Throws, with the cure,
   * when it was not taken.
   */
  tell(event: Happening): Promise<'taken' | 'gone'>;
};

/** An event as listeners get it: the body of a webhook, and what a command reads. */
export function bodyOf({ type, at, data }: Happening): string {
  return JSON.stringify({ type, timestamp: at, data });
}
