import { ABSTAINED, type PredictionMatrix } from './predictions.ts';

/** What each distinct model voted on each item; what a distinct model and an item are, `Problem` says. */
export type Votes = {
  /** N: images of the whole batch, unanimous ones included. */
  readonly images: number;
  /** Size of the label set, C. */
  readonly classCount: number;
  /** Original index of each distinct model. */
  readonly kept: Int32Array;
  /** Image of each item. */
  readonly itemImages: Int32Array;
  /** `slots[item * kept.length + model]`: which of the item's outcomes the model voted for. */
  readonly slots: Uint8Array | Uint16Array;
  /** Candidate classes of each item, K; slot K, where it exists, is "a class nobody predicted". */
  readonly candidates: Uint16Array;
  /** Outcomes of each item, KK: K, or K + 1 where the label set has a class nobody predicted. */
  readonly outcomes: Uint16Array;
  /**
   * Where each item's row starts in any array over (item, slot); `items + 1` long. A row is as long as its outcomes,
   * plus one slot that can never be right where a model abstained.
   */
  readonly rowStart: Int32Array;
  /** Class of each slot in the layout of `rowStart`; -1 for the two slots that are not candidates. */
  readonly slotClasses: Int16Array;
};

/** Numbers each item's candidate classes in order of first appearance. */
export function tabulate({ classes, models, classCount }: PredictionMatrix, itemImages: Int32Array, kept: Int32Array) {
  const items = itemImages.length;
  const distinct = kept.length;
  const slots = distinct < 254 ? new Uint8Array(items * distinct) : new Uint16Array(items * distinct);
  const candidates = new Uint16Array(items);
  const outcomes = new Uint16Array(items);
  const rowStart = new Int32Array(items + 1);
  const slotClasses: number[] = [];
  for (let item = 0; item < items; item++) {
    const votes = Array.from(kept, (model) => classes[itemImages[item]! * models + model]!);
    const found = [...new Set(votes)].filter((vote) => vote !== ABSTAINED);
    const outcomeCount = found.length + (classCount > found.length ? 1 : 0);
    for (const [model, vote] of votes.entries()) {
      slots[item * distinct + model] = vote === ABSTAINED ? outcomeCount : found.indexOf(vote);
    }
    const rowLength = outcomeCount + (votes.includes(ABSTAINED) ? 1 : 0);
    candidates[item] = found.length;
    outcomes[item] = outcomeCount;
    rowStart[item + 1] = rowStart[item]! + rowLength;
    for (let slot = 0; slot < rowLength; slot++) slotClasses.push(found[slot] ?? -1);
  }
  return { slots, candidates, outcomes, rowStart, slotClasses: Int16Array.from(slotClasses) };
}
