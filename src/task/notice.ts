import type { Drift } from '../round/drift.ts';
import type { Measured } from '../round/facts.ts';

/** Who said what of an image; null for "can't tell". */
type LookedAt = { readonly annotator: string; readonly class: string | null };

/** What a short message tells: something happened that edits alone would hide. */
export type Notice =
  /** After so many labels the leader has `right` of them: hardly more than by guessing. */
  | {
      readonly kind: 'no better than chance';
      readonly batch: string;
      readonly labels: number;
      readonly right: number;
    }
  | { readonly kind: 'pause' | 'resume'; readonly batch: string; readonly by: string }
  /** `deployed` serves until there is a new winner. */
  | {
      readonly kind: 'withdrawn';
      readonly batch: string;
      readonly model: string;
      readonly by: string;
      readonly deployed?: string;
    }
  /** An admin chose what serves, until that is taken back: a model of the pool, or the earlier winner of batch `of`. */
  | {
      readonly kind: 'pinned';
      readonly batch: string;
      readonly by: string;
      readonly model: string;
      readonly of: string;
      readonly isRollback: boolean;
      readonly why?: string;
    }
  | { readonly kind: 'unpinned'; readonly batch: string; readonly by: string; readonly serves?: string }
  /** How the batch differs from those before it. */
  | { readonly kind: 'drift'; readonly batch: string; readonly drift: Drift }
  /** How often the winner is right, in the thread of its announcement. */
  | { readonly kind: 'measured'; readonly batch: string; readonly model: string; readonly measured: Measured }
  /** Somebody looked again at an image, and says something else than those before them. */
  | {
      readonly kind: 'looked again';
      readonly batch: string;
      readonly file: string;
      readonly said: LookedAt;
      readonly before: readonly LookedAt[];
    }
  /** `failure` counts those of the batch; `again`: who has its models run again since, which has not ended yet. */
  | {
      readonly kind: 'batch failed';
      readonly batch: string;
      readonly reason: string;
      readonly failure: number;
      readonly again?: string;
    }
  /** Its folder is there, and nothing in it. */
  | { readonly kind: 'batch empty'; readonly batch: string }
  /** It was empty before. */
  | { readonly kind: 'batch filled'; readonly batch: string }
  /** It failed before. */
  | { readonly kind: 'batch works'; readonly batch: string }
  /** `reason` where a model was left out; without one its file is gone. */
  | {
      readonly kind: 'pool shrank';
      readonly batch: string;
      readonly from: number;
      readonly to: number;
      readonly gone: readonly { readonly name: string; readonly reason: string | undefined }[];
    };
