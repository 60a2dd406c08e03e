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
  /** Names of the classes in the order of the model's answers. */
  readonly classes: readonly string[];
  /** What the model is fed; absent where nobody kept it. */
  readonly fed?: Readonly<Record<string, unknown>>;
  /** Who withdrew its result, if somebody did: it goes on serving until the next winner. */
  readonly withdrawnBy?: string;
  /** Set where an admin chose it, whoever won. */
  readonly pinned?: PinnedBy;
};

/** Who pinned a model, and when (ISO 8601, UTC). `id` names this pin for good. */
type PinnedBy = { readonly id: string; readonly by: string; readonly at: string; readonly why?: string };

/** Which hand-over serves, as it is read at the target itself. */
export type Serving = {
  readonly batch: string;
  /** The number of the result in its round. */
  readonly result: number;
  readonly model: string;
  readonly sha256: string;
  readonly isWithdrawn: boolean;
  /** The id of the pin by which it serves, where one is. */
  readonly pinned?: string;
};

/** The promise about where winners go. */
export type Target = {
  /** What the operator calls it, in logs and errors. */
  readonly name: string;
  /** Resolves when the winner serves there; doing it twice changes nothing; throws, with the cure, when it can't be done. */
  handOver(winner: HandOver): Promise<void>;
  /** What really serves there; undefined while nothing does; throws when it is not what was handed over. */
  serving(): Promise<Serving | undefined>;
};

/** What one hand-over is called, the same after a restart: of a result, or of a pin. */
export function handOverName({ batch, result, pinned }: Pick<HandOver, 'batch' | 'result' | 'pinned'>): string {
  return pinned?.id ?? `${batch}-${result.number}`;
}

/** Whether this is what a hand-over put there. */
export function isServed(found: Serving | undefined, { batch, result, withdrawnBy, pinned }: HandOver): boolean {
  if (found?.batch !== batch || found.result !== result.number || found.model !== result.model) return false;
  return found.pinned === pinned?.id && found.isWithdrawn === (withdrawnBy !== undefined);
}
