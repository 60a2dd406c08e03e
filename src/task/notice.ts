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
  | { readonly kind: 'batch failed'; readonly batch: string; readonly reason: string }
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
