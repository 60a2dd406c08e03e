import type { Problem } from './problem.ts';

/** A probability with its odds multiplied. */
export function shifted(chance: number, odds: number): number {
  return (chance * odds) / (1 + chance * (odds - 1));
}

/** `gains[item]`: how much likelier the leader is right on an item where its odds are multiplied. */
export function gainsOf(
  { kept, itemImages, slots, rowStart }: Problem,
  probabilities: Float64Array,
  leader: number,
  odds: number,
): Float64Array {
  const gains = new Float64Array(itemImages.length);
  for (let item = 0; item < gains.length; item++) {
    const chance = probabilities[rowStart[item]! + slots[item * kept.length + leader]!]!;
    gains[item] = shifted(chance, odds) - chance;
  }
  return gains;
}
