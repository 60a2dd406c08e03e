import type { Result } from '../round/facts.ts';

/**
 * A winner on its way out: `model` is the absolute path of its file, `sha256` what that file was when it was judged. A model
 * whose predictions came with the batch has no file: its name in `result` says what is to serve.
 */
export type HandOver = {
  readonly batch: string;
  readonly result: Result;
  readonly model?: string;
  readonly sha256: string;
  /** Who withdrew its result, if somebody did: it goes on serving until the next winner. */
  readonly withdrawnBy?: string;
};

/** The promise about where winners go. */
export type Target = {
  /** What the operator calls it, in logs and errors. */
  readonly name: string;
  /** Resolves when the winner serves there; doing it twice changes nothing; throws, with the cure, when it can't be done. */
  handOver(winner: HandOver): Promise<void>;
};
