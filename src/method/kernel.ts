import { type Ballot, ballotOf, emptyBallot, gradientOf } from './ballot.ts';
import { EXACT_RIVALS } from './constants.ts';
import type { Gaps } from './gaps.ts';
import { KERNEL } from './kernel-bytes.ts';
import type { Problem } from './problem.ts';
import { longestRow } from './vote.ts';

/** The passes over all votes in WebAssembly. Their source is kernel.wat; each gives what its namesake in TypeScript gives. */
const memory = new WebAssembly.Memory({ initial: 1 });
const kernel = new WebAssembly.Instance(
  new WebAssembly.Module(Uint8Array.from(atob(KERNEL.replaceAll('\n', '')), (letter) => letter.charCodeAt(0))),
  { method: { memory } },
).exports as Record<
  'logits' | 'exponentials' | 'shares' | 'sums' | 'variances' | 'gradients',
  (...places: number[]) => number
>;

/** Rivals whose gradients are computed side by side. */
const RANKS = 8;

/** What the kernel may read beyond an end. */
const SPARE_BYTES = 16;

/** Whether the kernel can do it: votes of a byte, and no terms by model and class or by pair, which only small pools have. */
export function isForKernel({ slots, layout }: Problem): boolean {
  return slots instanceof Uint8Array && layout.skillTerms < 0 && layout.pairs === 0 && EXACT_RIVALS <= RANKS;
}

/** @see votesOf in vote.ts */
export function votesInKernel(problem: Problem, mean: Float64Array): Float64Array {
  const { itemImages, rowStart, classCount, assumptions } = problem;
  const at = seat(problem);
  const rows = rowStart[itemImages.length]!;
  const { votes, everybody, classTerms, other } = ballotOf(problem, mean);
  doubles(at.votes, votes.length).set(votes);
  doubles(at.classTerms, classTerms.length).set(classTerms);
  const others = doubles(at.others, longestRow(problem) + 1);
  for (let candidates = 0; candidates < others.length; candidates++) {
    others[candidates] = candidates < classCount ? other + Math.log(classCount - candidates) : 0;
  }
  const { rowStart: starts, outcomes, slotClasses, chances } = at;
  const counted = [starts, at.voterStart, at.dissenters, at.majority, at.candidates, outcomes, slotClasses] as const;
  kernel.logits(itemImages.length, ...counted, at.classTerms, at.others, at.votes, everybody[0]!, chances);
  kernel.exponentials(chances, chances + 8 * rows);
  kernel.shares(itemImages.length, starts, outcomes, assumptions.lapse, chances);
  return doubles(chances, rows).slice();
}

/** @see sumByModel in gaps.ts */
export function sumInKernel(problem: Problem, values: Float64Array): Float64Array {
  const at = seat(problem);
  doubles(at.chances, values.length).set(values);
  const corrections = doubles(at.votes, problem.kept.length).fill(0);
  const { rowStart, voterStart, dissenters, majority, chances, votes } = at;
  const everybody = kernel.sums(problem.itemImages.length, rowStart, voterStart, dissenters, majority, chances, votes);
  return corrections.map((correction) => everybody + correction);
}

/** @see gapVariances in gaps.ts */
export function variancesInKernel(
  problem: Problem,
  probabilities: Float64Array,
  hardness: Float64Array,
  leader: number,
  models: readonly number[],
): Gaps {
  const at = seat(problem);
  doubles(at.chances, probabilities.length).set(probabilities);
  doubles(at.hardness, hardness.length).set(hardness);
  new Uint16Array(memory.buffer, at.columns, models.length).set(models);
  const sums = doubles(at.sums, 2 * models.length).fill(0);
  const apart = new Int32Array(memory.buffer, at.apart, models.length).fill(0);
  const { kept, itemImages } = problem;
  const votes = [kept.length, at.slots, at.rowStart, at.chances, at.hardness] as const;
  kernel.variances(itemImages.length, ...votes, leader, at.columns, models.length, at.pulls, at.sums, at.apart);
  return {
    variances: Float64Array.from(models, (_, rank) => sums[2 * rank]!),
    errors: Float64Array.from(models, (_, rank) => sums[2 * rank + 1]!),
    apart: Float64Array.from(apart),
  };
}

/** @see gapGradients in gaps.ts */
export function gradientsInKernel(
  problem: Problem,
  probabilities: Float64Array,
  leader: number,
  models: readonly number[],
): Float64Array[] {
  const { kept, itemImages } = problem;
  const at = seat(problem);
  doubles(at.chances, probabilities.length).set(probabilities);
  // The leader stands in for rivals there are not: it never differs from itself.
  new Uint16Array(memory.buffer, at.columns, RANKS).fill(leader).set(models);
  const ballots = emptyBallot(problem);
  const votes = doubles(at.votes, RANKS * kept.length).fill(0);
  const classTerms = doubles(at.classTerms, RANKS * ballots.classTerms.length).fill(0);
  const [everybody, other] = [doubles(at.everybody, RANKS).fill(0), doubles(at.other, RANKS).fill(0)];
  const { rowStart, voterStart, dissenters, majority, candidates, outcomes, slotClasses } = at;
  const layouts = [rowStart, voterStart, dissenters, majority, candidates, outcomes, slotClasses, at.chances] as const;
  const targets = [at.pulls, at.votes, at.everybody, at.other, at.classTerms] as const;
  kernel.gradients(itemImages.length, kept.length, at.slots, ...layouts, leader, at.columns, ...targets);
  return models.map((_, rank) => {
    const ballot: Ballot = {
      ...ballots,
      votes: ballots.votes.map((_, model) => votes[model * RANKS + rank]!),
      everybody: Float64Array.of(everybody[rank]!),
      classTerms: ballots.classTerms.map((_, one) => classTerms[one * RANKS + rank]!),
      other: other[rank]!,
    };
    return gradientOf(problem, ballot);
  });
}

type Places = ReturnType<typeof layOut>;

/** The problem that lies in the memory, which serves all problems of a thread by turns, and where. */
let seated: { readonly problem: WeakRef<Problem>; readonly at: Places } | undefined;

function seat(problem: Problem): Places {
  if (seated?.problem.deref() === problem) return seated.at;
  const at = layOut(problem);
  for (const name of ['rowStart', 'voterStart', 'dissenters', 'majority', 'candidates', 'outcomes', 'slots'] as const) {
    put(problem[name], at[name]);
  }
  if (at.slotClasses > 0) put(problem.slotClasses, at.slotClasses);
  seated = { problem: new WeakRef(problem), at };
  return at;
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
    majority: room(2 * items),
    candidates: room(2 * items),
    outcomes: room(2 * items),
    slots: room(slots.byteLength),
    slotClasses: hasClassTerms ? room(slotClasses.byteLength) : 0,
    chances: room(8 * rows),
    hardness: room(8 * items),
    votes: room(8 * RANKS * models),
    everybody: room(8 * RANKS),
    other: room(8 * RANKS),
    others: room(8 * (longest + 1)),
    classTerms: room(8 * RANKS * classCount),
    columns: room(2 * Math.max(models, RANKS)),
    sums: room(16 * models),
    apart: room(4 * models),
    pulls: room(64 * (longest + 1)),
  };
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65_536));
  return places;
}

function put(values: Int32Array | Uint16Array | Int16Array | Uint8Array, place: number): void {
  new Uint8Array(memory.buffer).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), place);
}

function doubles(place: number, length: number): Float64Array {
  return new Float64Array(memory.buffer, place, length);
}
