import { KERNEL } from './kernel-bytes.ts';
import type { Problem } from './problem.ts';
import { longestRow } from './vote.ts';

const memory = new WebAssembly.Memory({ initial: 1 });
/** The passes over all votes in WebAssembly, two numbers at once. Their source is kernel.wat. */
export const kernel = new WebAssembly.Instance(
  new WebAssembly.Module(Uint8Array.from(atob(KERNEL.replaceAll('\n', '')), (letter) => letter.charCodeAt(0))),
  { method: { memory } },
).exports as Record<
  'logits' | 'exponentials' | 'shares' | 'sums' | 'variances' | 'gradients' | 'promises' | 'scores',
  (...places: number[]) => number
>;

/** Rivals that are computed side by side. */
export const RANKS = 8;

/** 1 / k! for k from 12 down to 0. */
const TAYLOR = Array.from({ length: 13 }, (_, place) => {
  let factorial = 1;
  for (let k = 2; k <= 12 - place; k++) factorial *= k;
  return 1 / factorial;
});

/** What the kernel's exponential function calculates with. */
const FACTORS = [Math.LOG2E, 1.5 * 2 ** 52, 0.6931471803691238, 1.9082149292705877e-10, -60, ...TAYLOR];

/** What the kernel may read beyond an end. */
const SPARE_BYTES = 16;

export type Places = ReturnType<typeof layOut>;

/** The problem that lies in the memory, which serves all problems of a thread by turns, and where. */
let seated: { readonly problem: WeakRef<Problem>; readonly at: Places } | undefined;

/** Brings a problem's votes into the memory, if they do not lie there, and says where everything is. */
export function seat(problem: Problem): Places {
  if (seated?.problem.deref() === problem) return seated.at;
  const at = layOut(problem);
  for (const name of ['rowStart', 'voterStart', 'dissenters', 'majority', 'candidates', 'outcomes', 'slots'] as const) {
    put(problem[name], at[name]);
  }
  if (at.slotClasses > 0) put(problem.slotClasses, at.slotClasses);
  putDissentSlots(problem, at.dissentSlots);
  doubles(at.factors, FACTORS.length).set(FACTORS);
  doubles(at.landing, problem.wrongClicks.length).set(problem.wrongClicks);
  seated = { problem: new WeakRef(problem), at };
  held = undefined;
  return at;
}

let held: WeakRef<Float64Array> | undefined;

/** Brings values of every outcome (in the layout of `rowStart`) into the memory, if they were not the last to come. */
export function holdChances(at: Places, values: Float64Array): void {
  if (held?.deref() === values) return;
  doubles(at.chances, values.length).set(values);
  held = new WeakRef(values);
}

/** To be called where the kernel itself has written what lies there. */
export function takeChances(at: Places, length: number): Float64Array {
  held = undefined;
  return doubles(at.chances, length).slice();
}

/** Writes which models the ranks stand for. The leader stands in for rivals there are not: it never differs from itself. */
export function putColumns(at: Places, models: readonly number[], leader: number): void {
  new Uint16Array(memory.buffer, at.columns, Math.max(RANKS, models.length)).fill(leader).set(models);
}

/** Writes a list of items. */
export function putItems(at: Places, items: readonly number[]): void {
  new Int32Array(memory.buffer, at.asked, items.length).set(items);
}

/** Zeroes counts of 4 bytes, and gives them to be read. */
export function zeroCounts(place: number, length: number): Int32Array {
  return new Int32Array(memory.buffer, place, length).fill(0);
}

function putDissentSlots({ itemImages, rowStart, voterStart, dissenters }: Problem, place: number): void {
  const slots = new Uint8Array(memory.buffer, place, dissenters.length);
  for (let item = 0; item < itemImages.length; item++) {
    const start = rowStart[item]!;
    for (let row = start; row < rowStart[item + 1]!; row++)
      slots.fill(row - start, voterStart[row]!, voterStart[row + 1]!);
  }
}

/** Where everything lies, in bytes; the memory grows to hold it. */
function layOut(problem: Problem) {
  const { kept, itemImages, rowStart, voterStart, dissenters, slots, slotClasses, classCount, layout } = problem;
  const [items, rows, models] = [itemImages.length, rowStart[itemImages.length]!, kept.length];
  const hasClassTerms = layout.classTerms >= 0;
  const longest = longestRow(problem);
  // Nothing lies at 0, which says that there is no such array.
  let end = SPARE_BYTES;
  const room = (bytes: number) => {
    const place = end;
    end = SPARE_BYTES * Math.ceil((end + bytes + SPARE_BYTES) / SPARE_BYTES);
    return place;
  };
  const places = {
    rowStart: room(rowStart.byteLength),
    voterStart: room(voterStart.byteLength),
    dissenters: room(dissenters.byteLength),
    dissentSlots: room(dissenters.length),
    majority: room(2 * items),
    candidates: room(2 * items),
    outcomes: room(2 * items),
    slots: room(slots.byteLength),
    slotClasses: hasClassTerms ? room(slotClasses.byteLength) : 0,
    chances: room(8 * rows),
    landing: room(8 * rows),
    hardness: room(8 * items),
    asked: room(4 * items),
    results: room(8 * items),
    worths: room(8 * RANKS),
    gains: room(8 * RANKS),
    votes: room(8 * RANKS * models),
    everybody: room(8 * RANKS),
    other: room(8 * RANKS),
    others: room(8 * (longest + 1)),
    classTerms: room(8 * RANKS * classCount),
    columns: room(2 * Math.max(models, RANKS)),
    sums: room(16 * (models + 1)),
    apart: room(4 * models),
    pulls: room(64 * (longest + 1)),
    factors: room(8 * FACTORS.length),
  };
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65_536));
  return places;
}

function put(values: Int32Array | Uint16Array | Int16Array | Uint8Array, place: number): void {
  new Uint8Array(memory.buffer).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), place);
}

/** Numbers of 8 bytes in the memory; until it grows. */
export function doubles(place: number, length: number): Float64Array {
  return new Float64Array(memory.buffer, place, length);
}
