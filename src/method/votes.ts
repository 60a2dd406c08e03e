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

/** Numbers each item's candidate classes in order of first appearance. Cost: items x models. */
export function tabulate({ classes, models, classCount }: PredictionMatrix, itemImages: Int32Array, kept: Int32Array) {
  const items = itemImages.length;
  const distinct = kept.length;
  const slots = distinct < 254 ? new Uint8Array(items * distinct) : new Uint16Array(items * distinct);
  const candidates = new Uint16Array(items);
  const outcomes = new Uint16Array(items);
  const rowStart = new Int32Array(items + 1);
  const slotClasses: number[] = [];
  // The slot of each class on the item at hand: one seen on an earlier item was noted below where this one's begin.
  const places = new Int32Array(classCount).fill(-1);
  for (let item = 0; item < items; item++) {
    const firstVote = itemImages[item]! * models;
    const start = slotClasses.length;
    const hasAbstained = addCandidates(classes, firstVote, kept, places, slotClasses);
    const found = slotClasses.length - start;
    const outcomeCount = found + (classCount > found ? 1 : 0);
    for (let model = 0; model < distinct; model++) {
      const vote = classes[firstVote + kept[model]!]!;
      slots[item * distinct + model] = vote === ABSTAINED ? outcomeCount : places[vote]! - start;
    }
    candidates[item] = found;
    outcomes[item] = outcomeCount;
    const rowLength = outcomeCount + (hasAbstained ? 1 : 0);
    while (slotClasses.length < start + rowLength) slotClasses.push(-1);
    rowStart[item + 1] = slotClasses.length;
  }
  return { slots, candidates, outcomes, rowStart, slotClasses: Int16Array.from(slotClasses) };
}

/** Adds the classes that models voted for to the end of a list, and notes their places in it; true where a model abstained. */
function addCandidates(
  classes: Int16Array,
  firstVote: number,
  kept: Int32Array,
  places: Int32Array,
  list: number[],
): boolean {
  const start = list.length;
  let hasAbstained = false;
  for (let model = 0; model < kept.length; model++) {
    const vote = classes[firstVote + kept[model]!]!;
    if (vote === ABSTAINED) hasAbstained = true;
    else if (places[vote]! < start) places[vote] = list.push(vote) - 1;
  }
  return hasAbstained;
}
