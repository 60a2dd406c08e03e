import type { Layout } from './layout.ts';
import type { Votes } from './votes.ts';

/** Where two models voted for different classes, or one abstained. */
const APART = 255;

/** Which models agree on what. */
export type Agreements = {
  /**
   * `agreements[item * pairs + pair]`: the slot that both models of a pair voted for, pairs in the order (0, 1), (0, 2)
   * .. (1, 2) ..; empty where no term by pair is learned. Pools with such terms are small, so a slot fits a byte.
   */
  readonly agreements: Uint8Array;
};

/** Finds what each pair of models agrees on. Cost: items x pairs. */
export function agreementsOf({ kept, itemImages, slots, candidates }: Votes, { pairs }: Layout): Uint8Array {
  const models = kept.length;
  const agreements = new Uint8Array(itemImages.length * pairs);
  let place = 0;
  for (let item = 0; pairs > 0 && item < itemImages.length; item++) {
    for (let one = 0; one < models; one++) {
      const slot = slots[item * models + one]!;
      for (let other = one + 1; other < models; other++) {
        const isShared = slot === slots[item * models + other] && slot < candidates[item]!;
        agreements[place++] = isShared ? slot : APART;
      }
    }
  }
  return agreements;
}

/** Calls `visit` with each pair of models that agree on an item, and the slot they agree on. */
export function eachAgreement(
  { agreements, layout: { pairs } }: Agreements & { readonly layout: Layout },
  item: number,
  visit: (pair: number, slot: number) => void,
): void {
  const first = item * pairs;
  for (let pair = 0; pair < pairs; pair++) {
    const slot = agreements[first + pair]!;
    if (slot !== APART) visit(pair, slot);
  }
}
