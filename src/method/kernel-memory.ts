import { type Kernel, kernelIn, newMemory, type Pass, reserve } from './kernel-code.ts';
import { type Desk, doAlone, doTogether, newDesk, type PassJob } from './kernel-jobs.ts';
import { AT, type Cut, cut, layOut, numbersOf, PART_BLOCKS, type Places, RANKS, tell } from './kernel-layout.ts';
import { listVotes } from './kernel-lists.ts';
import type { Problem } from './problem.ts';

let memory = newMemory(false);
let kernel: Kernel = kernelIn(memory);

/** Other threads that help, where there are any, and how many. */
let crew: { readonly desk: Desk; readonly size: number } | undefined;

/**
 * From now on as many other threads may help: each calls `help` with the desk and its number, from 1 on. What comes out has
 * the same bits whether none, some or all of them do.
 */
export function openDesk(size: number): Desk {
  startAnew(true);
  crew = { desk: newDesk(memory), size };
  return crew.desk;
}

/** From now on nobody helps. */
export function closeDesk(): void {
  if (crew) startAnew(false);
}

/** A thread took a part of a pass and was not heard of again: the pass must be done again, from its inputs on. */
export class HandLost extends Error {}

/** In another memory, so that whoever still writes to this one does no harm. */
function startAnew(isShared: boolean): void {
  memory = newMemory(isShared);
  kernel = kernelIn(memory);
  [crew, seated, held] = [undefined, undefined, {}];
}

/** 1 / ln 2, 1.5 * 2^52, ln 2 in two parts, -60, and e^x from x^10 down, Chebyshev's polynomial for |x| <= ln 2 / 2. */
const FACTORS = [
  ...[Math.LOG2E, 1.5 * 2 ** 52, 0.6931471803691238, 1.9082149292705877e-10, -60],
  ...[2.7626357241447223e-7, 2.764018079620985e-6, 2.4801504346997686e-5, 0.00019841170270440067],
  ...[0.0013888888932488599, 0.008333333385667782, 0.04166666666657314, 0.16666666666554406, 0.5000000000000006],
  ...[1.0000000000000067, 1],
];

/** A problem whose votes lie in the memory. */
export type Seated = {
  readonly at: Places;
  readonly cut: Cut;
  readonly scratchBytes: number;
  readonly withinRows: number;
};

/** The problem that lies in the memory, which serves all problems of a thread by turns. */
let seated: (Seated & { readonly problem: WeakRef<Problem> }) | undefined;

/** Brings a problem's votes into the memory, if they do not lie there, and says where everything is. */
export function seat(problem: Problem): Seated {
  if (seated?.problem.deref() === problem) return seated;
  const parts = cut(problem);
  const threads = 1 + (crew?.size ?? 0);
  const { places: at, end, scratchBytes, withinRows } = layOut(problem, parts, { factors: FACTORS.length, threads });
  reserve(memory, end);
  for (const name of ['rowStart', 'voterStart', 'dissenters', 'majority', 'candidates', 'outcomes'] as const) {
    put(problem[name], at[name]);
  }
  if (at.slotClasses > 0) put(problem.slotClasses, at.slotClasses);
  put(problem.agreements, at.agreements);
  putDissentSlots(problem, at.dissentSlots);
  putLists(problem, at, parts);
  doubles(at.factors, FACTORS.length).set(FACTORS);
  doubles(at.landing, problem.wrongClicks.length).set(problem.wrongClicks);
  doubles(at.zero, 1)[0] = 0;
  tell(memory, { ...at, ...numbersOf(problem, at) });
  seated = { problem: new WeakRef(problem), at, cut: parts, scratchBytes, withinRows };
  held = {};
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
export function runPass(pass: Pass, seated: Seated, bytes = 0): void {
  run(seated, { pass, count: seated.cut.blocks, perPart: PART_BLOCKS, targetBytes: bytes });
}

/** Adds what the clicks on the listed items mean to what lies where results go; too short to be shared out. */
export function addAnswered({ at }: Seated, count: number): void {
  kernel.answered(AT, 0, count, at.targets, at.scratch);
}

/** Items of a list that are scored together. */
const SCORED = 64;

/** Runs the pass that goes through a list of items. */
export function runScores(seated: Seated, count: number): void {
  run(seated, { pass: 'scores', count, perPart: SCORED, targetBytes: 0 });
}

/** @throws HandLost */
function run(
  { at, cut: { parts }, scratchBytes }: Seated,
  work: Pick<PassJob, 'pass' | 'count' | 'perPart' | 'targetBytes'>,
): void {
  const job: PassJob = { ...work, targets: at.targets, scratch: at.scratch, scratchBytes };
  // Nobody is woken for a batch of one part.
  if (!crew || parts < 2) doAlone(kernel, job);
  else if (!doTogether(crew.desk, kernel, job)) {
    startAnew(false);
    throw new HandLost();
  }
}

/** The sum over the parts of what each gave, `length` numbers; where there is one part, as they lie there. */
export function sumParts({ at, cut: { parts } }: Seated, bytes: number, length: number): Float64Array {
  if (parts === 1) return doubles(at.targets, length);
  const total = new Float64Array(length);
  for (let part = 0; part < parts; part++) {
    const values = doubles(at.targets + part * bytes, length);
    for (let place = 0; place < length; place++) total[place]! += values[place]!;
  }
  return total;
}

/** Where values of every outcome lie: what the kernel itself said of them, and what was brought to it. */
type Side = 'chances' | 'values';

/** The array that holds the same as what lies there, or is what lies there. */
let held: Partial<Record<Side, WeakRef<Float64Array>>> = {};

function isHeld(side: Side, values: Float64Array): boolean {
  return held[side]?.deref() === values;
}

/** Brings values of every outcome (in the layout of `rowStart`) into the memory, unless they lie there. */
export function holdChances({ at }: Seated, values: Float64Array): void {
  const side: Side = isHeld('chances', values) ? 'chances' : 'values';
  if (side === 'values' && !isHeld('values', values)) {
    doubles(at.values, values.length).set(values);
    held.values = new WeakRef(values);
  }
  tell(memory, { chances: at[side] });
}

/** Writes what changed in values that lie there: the rows of some items. */
export function refreshChances({ at }: Seated, { rowStart }: Problem, values: Float64Array, items: Int32Array): void {
  if (values.buffer === memory.buffer) return;
  for (const side of ['chances', 'values'] as const) {
    if (!isHeld(side, values)) continue;
    const all = doubles(at[side], values.length);
    for (const item of items) all.set(values.subarray(rowStart[item]!, rowStart[item + 1]!), rowStart[item]!);
  }
}

/** Runs the pass that says of every outcome how likely it is; `isBrief` gives them as they lie there, and no copy. */
export function runVotes(seated: Seated, length: number, isBrief: boolean): Float64Array {
  const { at } = seated;
  tell(memory, { chances: at.chances });
  runPass('votes', seated);
  const lying = doubles(at.chances, length);
  const values = isBrief ? lying : lying.slice();
  held.chances = new WeakRef(values);
  return values;
}

/** Brings the hardness of every item into the memory, unless it is what lies there. */
export function holdHardness({ at }: Seated, values: Float64Array): void {
  const isThere = values.buffer === memory.buffer && values.byteOffset === at.hardness;
  if (!isThere) doubles(at.hardness, values.length).set(values);
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
