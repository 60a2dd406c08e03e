import { entriesOf } from './ballot.ts';
import type { Problem } from './problem.ts';
import { longestRow } from './vote.ts';

/** Rivals that are computed side by side. */
export const RANKS = 8;

/** Items of a block, as kernel.wat has it. */
export const BLOCK = 128;

/** Blocks that are summed up by themselves, whoever does it: sums have the same bits however many threads there are. */
export const PART_BLOCKS = 16;

/** What the kernel may read and write beyond an end. */
const SPARE_BYTES = 16;

/** The list of places, which tells the kernel what lies where: each one's own place in it, 4 bytes long. */
const FRAME = {
  ...{
    items: 0,
    models: 4,
    rowStart: 8,
    lists: 12,
    rows: 16,
    majority: 20,
    candidates: 24,
    outcomes: 28,
    slotClasses: 32,
  },
  ...{ chances: 36, landing: 40, votes: 44, others: 48, classTerms: 52, everybody: 56, hardness: 60, factors: 68 },
  ...{ leader: 80, columns: 84, count: 88, worths: 92, promises: 96, zero: 100, gradientBytes: 104 },
  ...{ voterStart: 108, dissenters: 112, dissentSlots: 116, asked: 120, results: 124 },
  ...{ ballotVotes: 128, ballotEverybody: 132, ballotOther: 136, ballotClassTerms: 140, errorGains: 144, gains: 168 },
  ...{ modelBytes: 184, skillClasses: 188, agreements: 192, pairs: 196, ballotPairs: 200, termBytes: 204 },
  ...{ within: 208, stakes: 212 },
} as const;

/** The numbers of 8 bytes among them. */
const FRAME_DOUBLES = { lapse: 72, rate: 152, mostWrong: 160, odds: 176 } as const;
const FRAME_BYTES = 216;

/** Where that list lies. Nothing lies at 0, which says that there is no such array. */
export const AT = SPARE_BYTES;

/** Writes to the list of places; what has no place there is passed over. */
export function tell(
  memory: WebAssembly.Memory,
  values: Partial<Record<keyof typeof FRAME | keyof typeof FRAME_DOUBLES, number>>,
): void {
  const list = new DataView(memory.buffer, AT, FRAME_BYTES);
  for (const name in values) {
    const value = values[name as keyof typeof values]!;
    if (name in FRAME) list.setInt32(FRAME[name as keyof typeof FRAME], value, true);
    else if (name in FRAME_DOUBLES) list.setFloat64(FRAME_DOUBLES[name as keyof typeof FRAME_DOUBLES], value, true);
  }
}

/** How a batch is cut up: `parts` of up to 16 blocks. */
export type Cut = {
  readonly items: number;
  readonly blocks: number;
  readonly parts: number;
  /** Rows of the largest block. */
  readonly rows: number;
};

/** Cuts up a batch. */
export function cut({ itemImages, rowStart }: Problem): Cut {
  const items = itemImages.length;
  const blocks = Math.ceil(items / BLOCK);
  let rows = 0;
  for (let first = 0; first < items; first += BLOCK) {
    rows = Math.max(rows, rowStart[Math.min(items, first + BLOCK)]! - rowStart[first]!);
  }
  return { items, blocks, parts: Math.ceil(blocks / PART_BLOCKS), rows };
}

export type Places = ReturnType<typeof layOut>['places'];

/** Where everything lies, in bytes, where it ends, what scratch each of some threads has, and of how many rows `within` is. */
export function layOut(
  problem: Problem,
  { items, blocks, parts, rows: scratchRows }: Cut,
  { factors, threads }: { factors: number; threads: number },
) {
  const { kept, rowStart, voterStart, dissenters, slotClasses, agreements, classCount, layout } = problem;
  const [rows, models, longest] = [rowStart[items]!, kept.length, longestRow(problem)];
  const hasClassTerms = layout.classTerms >= 0;
  const entries = entriesOf(problem);
  const columns = models + RANKS;
  const withinRows = Math.max(scratchRows, longest);
  const scratchBytes = 64 * (withinRows + 2);
  let end: number = AT + FRAME_BYTES;
  const room = (bytes: number) => {
    const place = SPARE_BYTES * Math.ceil((end + SPARE_BYTES) / SPARE_BYTES);
    end = place + bytes;
    return place;
  };
  const places = {
    ...{ rowStart: room(rowStart.byteLength), voterStart: room(voterStart.byteLength) },
    ...{ dissenters: room(dissenters.byteLength), dissentSlots: room(dissenters.length) },
    ...{ majority: room(2 * items), candidates: room(2 * items), outcomes: room(2 * items) },
    slotClasses: hasClassTerms || entries > 1 ? room(slotClasses.byteLength) : 0,
    agreements: room(agreements.length),
    ...{ lists: room(4 * (blocks * models + 1)), rows: room(2 * blocks * models * BLOCK) },
    listed: room(2 * (dissenters.length + 3 * blocks * models)),
    ...{
      chances: room(8 * rows),
      values: room(8 * rows),
      landing: room(8 * rows),
      hardness: room(8 * items),
      promises: room(8 * items),
    },
    gains: room(8 * items),
    ...{ asked: room(4 * items), results: room(8 * items), worths: room(8 * RANKS), errorGains: room(8 * RANKS) },
    ...{
      votes: room(8 * models),
      everybody: room(8),
      others: room(8 * (longest + 1)),
      classTerms: room(8 * classCount),
    },
    ...{ ballotVotes: room(64 * models * entries), ballotEverybody: room(64 * entries), ballotOther: room(64) },
    ...{ ballotClassTerms: room(hasClassTerms ? 64 * classCount : 0), ballotPairs: room(64 * layout.pairs) },
    ...{ columns: room(4 * columns), zero: room(8), factors: room(8 * factors) },
    within: room(64 * withinRows),
    targets: room(Math.max(parts * targetBytes(problem), parts * 20 * columns, 72 * columns)),
    scratch: room(threads * scratchBytes),
  };
  return { places, end, scratchBytes, withinRows };
}

/** What the passes are told of a problem, besides where everything lies. */
export function numbersOf(problem: Problem, { slotClasses }: Places) {
  const { itemImages, kept, assumptions, classCount, layout } = problem;
  const hasClassTerms = layout.classTerms >= 0;
  const entries = entriesOf(problem);
  return {
    items: itemImages.length,
    models: kept.length,
    lapse: assumptions.lapse,
    gradientBytes: targetBytes(problem),
    modelBytes: 64 * entries,
    slotClasses: hasClassTerms ? slotClasses : 0,
    skillClasses: entries > 1 ? slotClasses : 0,
    pairs: layout.pairs,
    termBytes: hasClassTerms ? 64 * classCount : 0,
  };
}

/**
 * What a part's gradients take: 64 bytes for each entry of a ballot, in the order of its models' votes, everybody's, a class
 * nobody predicted, classes and pairs.
 */
export function targetBytes(problem: Problem): number {
  const { kept, classCount, layout } = problem;
  return 64 * ((kept.length + 1) * entriesOf(problem) + 1 + (layout.classTerms >= 0 ? classCount : 0) + layout.pairs);
}
