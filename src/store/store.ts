import type { Fact } from '../round/facts.ts';

/** A file that was not read as it was written; `mayLack`: facts that had been acknowledged may be missing. */
export type Damage = { readonly file: string; readonly reason: string; readonly mayLack?: true };

/** The one promise about facts: what was added is still there after a crash, once, and in order. */
export type Store = {
  /** Rounds by the name of their batch, the newest batch last; not by time of opening, because clocks are set back. */
  rounds(): readonly string[];
  /** The facts of a round that are on disk, in the order they were added; empty for an unknown round. */
  facts(round: string): readonly Fact[];
  /** Whether a round has a fact of this kind; for many rounds quicker than their facts. */
  holds(round: string, kind: Fact['kind']): boolean;
  /**
   * Resolves with true when the facts are on disk, in one write, and changes nothing when the first one's key is already
   * there (false) or the disk refuses (throws).
   */
  add(round: string, ...facts: readonly Fact[]): Promise<boolean>;
  /** What was found wrong when the store was opened. A damaged file was set aside: that is the file which is named. */
  readonly damaged: readonly Damage[];
  /** Throws where another process has taken these facts over since, or nobody can tell: then nothing may be said to people, either. */
  refuseIfLost(): Promise<void>;
  /** Resolves with the reason and the cure when another process has taken over; then stop. */
  readonly lost: Promise<Error>;
  /** Waits for what was added before; what is added later throws. */
  close(): Promise<void>;
};

/** The facts to look at only. */
export type ReadOnlyStore = Pick<Store, 'rounds' | 'facts' | 'holds'>;
