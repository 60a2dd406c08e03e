import { BLOCK } from './kernel-layout.ts';
import type { Problem } from './problem.ts';

/** The votes as the kernel reads them, to be written over. Rows count from the first of their block. */
export type VoteLists = {
  /** `rows[(block * models + model) * BLOCK + item]`: the row a model voted for; 0 where the last block has no item. */
  readonly rows: Uint16Array;
  /** The rows a model voted for against the majority: for each block and model, filled up to four with a row behind all. */
  readonly listed: Uint16Array;
  /** `lists[block * models + model]`: at what byte of `listed` these start; one more is where the last ends. */
  readonly lists: Int32Array;
};

/** Lists the votes block by block, model by model. Cost: items x models. */
export function listVotes({ kept, itemImages, slots, majority, rowStart }: Problem, to: VoteLists): void {
  const [items, models] = [itemImages.length, kept.length];
  const { rows, listed, lists } = to;
  let [list, end] = [0, 0];
  for (let first = 0; first < items; first += BLOCK) {
    const count = Math.min(BLOCK, items - first);
    const firstRow = rowStart[first]!;
    const behind = rowStart[first + count]! - firstRow;
    for (let model = 0; model < models; model++) {
      lists[list] = 2 * end;
      const from = list++ * BLOCK;
      for (let place = 0; place < count; place++) {
        const slot = slots[(first + place) * models + model]!;
        const row = rowStart[first + place]! - firstRow + slot;
        rows[from + place] = row;
        if (slot !== majority[first + place]) listed[end++] = row;
      }
      rows.fill(0, from + count, from + BLOCK);
      while (end % 4 > 0) listed[end++] = behind;
    }
  }
  lists[list] = 2 * end;
}
