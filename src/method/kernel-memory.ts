import { KERNEL } from './kernel-bytes.ts';
import { AT, blocksOf, type Cut, cut, layOut, type Places, RANKS, targetBytes, tell } from './kernel-layout.ts';
import { listVotes } from './kernel-lists.ts';
import type { Problem } from './problem.ts';

/** The passes of kernel.wat. */
type Pass = 'votes' | 'hardness' | 'sums' | 'variances' | 'gradients' | 'promises' | 'scores';
type Kernel = Record<Pass, (at: number, from: number, end: number, target: number, scratch: number) => void>;

const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536 });
const kernel = new WebAssembly.Instance(
  new WebAssembly.Module(Uint8Array.from(atob(KERNEL.replaceAll('\n', '')), (letter) => letter.charCodeAt(0))),
  { method: { memory } },
).exports as Kernel;

/** 1 / ln 2, 1.5 * 2^52, ln 2 in two parts, -60, and e^x from x^10 down, Chebyshev's polynomial for |x| <= ln 2 / 2. */
const FACTORS = [
  ...[Math.LOG2E, 1.5 * 2 ** 52, 0.6931471803691238, 1.9082149292705877e-10, -60],
  ...[2.7626357241447223e-7, 2.764018079620985e-6, 2.4801504346997686e-5, 0.00019841170270440067],
  ...[0.0013888888932488599, 0.008333333385667782, 0.04166666666657314, 0.16666666666554406, 0.5000000000000006],
  ...[1.0000000000000067, 1],
];

/** A problem whose votes lie in the memory. */
export type Seated = { readonly at: Places; readonly cut: Cut };

/** The problem that lies in the memory, which serves all problems of a thread by turns. */
let seated: (Seated & { readonly problem: WeakRef<Problem> }) | undefined;

/** Brings a problem's votes into the memory, if they do not lie there, and says where everything is. */
export function seat(problem: Problem): Seated {
  if (seated?.problem.deref() === problem) return seated;
  const parts = cut(problem);
  const { places: at, end } = layOut(problem, parts, FACTORS.length);
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65_536));
  for (const name of ['rowStart', 'voterStart', 'dissenters', 'majority', 'candidates', 'outcomes'] as const) {
    put(problem[name], at[name]);
  }
  if (at.slotClasses > 0) put(problem.slotClasses, at.slotClasses);
  putDissentSlots(problem, at.dissentSlots);
  putLists(problem, at, parts);
  doubles(at.factors, FACTORS.length).set(FACTORS);
  doubles(at.landing, problem.wrongClicks.length).set(problem.wrongClicks);
  doubles(at.zero, 1)[0] = 0;
  const { kept, assumptions } = problem;
  const numbers = {
    items: parts.items,
    models: kept.length,
    lapse: assumptions.lapse,
    gradientBytes: targetBytes(problem),
  };
  tell(memory, { ...at, ...numbers });
  seated = { problem: new WeakRef(problem), at, cut: parts };
  held = undefined;
  return seated;
}

function putLists(problem: Problem, at: Places, { blocks }: Cut): void {
  const models = problem.kept.length;
  const lists = new Int32Array(memory.buffer, at.lists, blocks * models + 1);
  listVotes(problem, {
    rows: new Uint16Array(memory.buffer, at.rows, (at.listed - at.rows) / 2),
    listed: new Uint16Array(memory.buffer, at.listed, (at.chances - at.listed) / 2),
    lists,
  });
  for (let list = 0; list < lists.length; list++) lists[list]! += at.listed;
}

/** Runs a pass over all items. What each part of them gives lies from `targets` on, so many bytes apart. */
export function runPass(name: Pass, { at, cut: parts }: Seated, bytes = 0): void {
  for (let part = 0; part < parts.parts; part++) {
    kernel[name](AT, ...blocksOf(parts, part), at.targets + part * bytes, at.scratch);
  }
}

/** Runs the pass that goes through a list of items. */
export function runScores({ at }: Seated, count: number): void {
  if (count > 0) kernel.scores(AT, 0, count, at.targets, at.scratch);
}

/** The sum over the parts of what each gave: `length` numbers, which start `skip` bytes into its results. */
export function sumParts({ at, cut: { parts } }: Seated, bytes: number, length: number): Float64Array {
  const total = new Float64Array(length);
  for (let part = 0; part < parts; part++) {
    const values = doubles(at.targets + part * bytes, length);
    for (let place = 0; place < length; place++) total[place]! += values[place]!;
  }
  return total;
}

let held: WeakRef<Float64Array> | undefined;

/** Brings values of every outcome (in the layout of `rowStart`) into the memory, if they were not the last to come. */
export function holdChances({ at }: Seated, values: Float64Array): void {
  if (held?.deref() === values) return;
  doubles(at.chances, values.length).set(values);
  held = new WeakRef(values);
}

/** Writes what changed in values that lie there: the rows of some items. */
export function refreshChances({ at }: Seated, { rowStart }: Problem, values: Float64Array, items: Int32Array): void {
  if (held?.deref() !== values) return;
  const all = doubles(at.chances, values.length);
  for (const item of items) all.set(values.subarray(rowStart[item]!, rowStart[item + 1]!), rowStart[item]!);
}

/** To be called where the kernel itself has written what lies there. */
export function takeChances({ at }: Seated, length: number): Float64Array {
  const values = doubles(at.chances, length).slice();
  held = new WeakRef(values);
  return values;
}

/** Writes who leads, and which models the ranks stand for. The leader stands in for those there are not. */
export function putColumns({ at }: Seated, models: readonly number[], leader: number): number {
  const count = Math.max(RANKS, models.length + (models.length % 2));
  new Int32Array(memory.buffer, at.columns, count).fill(leader).set(models);
  tell(memory, { leader, count });
  return count;
}

/** Writes a list of items. */
export function putItems({ at }: Seated, items: Int32Array): void {
  new Int32Array(memory.buffer, at.asked, items.length).set(items);
}

function putDissentSlots({ itemImages, rowStart, voterStart, dissenters }: Problem, place: number): void {
  const slots = new Uint8Array(memory.buffer, place, dissenters.length);
  for (let item = 0; item < itemImages.length; item++) {
    const start = rowStart[item]!;
    for (let row = start; row < rowStart[item + 1]!; row++)
      slots.fill(row - start, voterStart[row]!, voterStart[row + 1]!);
  }
}

function put(values: Int32Array | Uint16Array | Int16Array | Uint8Array, place: number): void {
  new Uint8Array(memory.buffer).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), place);
}

/** Numbers of 8 bytes in the memory; until it grows. */
export function doubles(place: number, length: number): Float64Array {
  return new Float64Array(memory.buffer, place, length);
}

/** Tells the kernel numbers that a pass needs. */
export function tellKernel(values: Parameters<typeof tell>[1]): void {
  tell(memory, values);
}

/** Numbers of 4 bytes in the memory; until it grows. */
export function counts(place: number, length: number): Int32Array {
  return new Int32Array(memory.buffer, place, length);
}
