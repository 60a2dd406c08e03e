import { type Kernel, kernelIn, PASSES, type Pass } from './kernel-code.ts';
import { AT } from './kernel-layout.ts';

/** A pass cut into parts, which any thread may do in any order: each part's results have a place of their own. */
export type PassJob = {
  readonly pass: Pass;
  /** Blocks, or items where the pass takes a list, and how many of them are a part. */
  readonly count: number;
  readonly perPart: number;
  /** Where the first part's results go, how many bytes each part's take, and where the first thread's scratch is. */
  readonly targets: number;
  readonly targetBytes: number;
  readonly scratch: number;
  readonly scratchBytes: number;
};

/** What a thread is given to help: the memory, and the desk on which jobs lie. */
export type Desk = { readonly memory: WebAssembly.Memory; readonly job: Int32Array<SharedArrayBuffer> };

/** What lies where on the desk. */
const [NUMBER, NEXT, DONE] = [0, 1, 2];
const [PASS, COUNT, PER_PART, TARGETS, TARGET_BYTES, SCRATCH, SCRATCH_BYTES] = [3, 4, 5, 6, 7, 8, 9];
const TURN = 10;

/**
 * What is taken next is a part's number and, above it, whose: jobs count in turns. A thread that came for one part too many and
 * was held up meanwhile would otherwise take it for a part of the next job, which somebody else has.
 */
const [PARTS_MOST, TURNS] = [2 ** 16, 2 ** 13];

/** More than any part of any turn: there is nothing to take. */
const NOTHING = 2 ** 30;

/** Looks at the desk before a thread goes to sleep: some 50 microseconds, about what waking up takes. */
const LOOKS = 2_000;

/** How long a part that another thread has taken is waited for. It takes a millisecond; what takes this long is dead. */
const PATIENCE_MS = 1_000;

/** A desk for threads to work at. */
export function newDesk(memory: WebAssembly.Memory): Desk {
  const job = new Int32Array(new SharedArrayBuffer(64));
  job[NEXT] = NOTHING;
  return { memory, job };
}

/** Does a job alone. */
export function doAlone(kernel: Kernel, job: PassJob): void {
  for (let part = 0; part < partsOf(job); part++) doPart(kernel, job, part, 0);
}

/**
 * Puts a job on the desk, and does what nobody else takes.
 *
 * @returns false where a thread that took a part did not give it back: memory and desk must not be used any more.
 */
export function doTogether({ job: desk }: Desk, kernel: Kernel, job: PassJob): boolean {
  const parts = partsOf(job);
  // Nobody takes a part while the job is being written.
  Atomics.store(desk, NEXT, NOTHING);
  const turn = (desk[TURN]! + 1) % TURNS;
  Atomics.store(desk, TURN, turn);
  const { count, perPart, targets, targetBytes, scratch, scratchBytes } = job;
  const written = [PASSES.indexOf(job.pass), count, perPart, targets, targetBytes, scratch, scratchBytes];
  for (const [place, value] of written.entries()) Atomics.store(desk, PASS + place, value);
  Atomics.store(desk, DONE, 0);
  Atomics.store(desk, NEXT, turn * PARTS_MOST);
  Atomics.add(desk, NUMBER, 1);
  Atomics.notify(desk, NUMBER);
  takeParts(desk, kernel, 0);
  for (let looks = 0; looks < LOOKS; looks++) if (Atomics.load(desk, DONE) === parts) return true;
  for (;;) {
    const done = Atomics.load(desk, DONE);
    if (done === parts) return true;
    if (Atomics.wait(desk, DONE, done, PATIENCE_MS) === 'timed-out') return Atomics.load(desk, DONE) === parts;
  }
}

/** Helps with jobs for ever: what a thread does all its life. `thread` counts from 1; 0 is who puts the jobs on the desk. */
export function help({ memory, job: desk }: Desk, thread: number): never {
  const kernel = kernelIn(memory);
  let number = 0;
  for (;;) {
    for (let looks = 0; looks < LOOKS && Atomics.load(desk, NUMBER) === number; looks++);
    Atomics.wait(desk, NUMBER, number);
    number = Atomics.load(desk, NUMBER);
    takeParts(desk, kernel, thread);
  }
}

function takeParts(desk: Int32Array, kernel: Kernel, thread: number): void {
  for (;;) {
    const part = partTaken(desk, Atomics.add(desk, NEXT, 1));
    if (!part) return;
    doPart(kernel, part.job, part.number, thread);
    Atomics.add(desk, DONE, 1);
    Atomics.notify(desk, DONE);
  }
}

/** The part that a thread came for, or undefined where there was none left, however much later it looks. */
export function partTaken(desk: Int32Array, taken: number): { job: PassJob; number: number } | undefined {
  if (taken >= NOTHING) return undefined;
  const number = taken % PARTS_MOST;
  const job = read(desk);
  // Asked after reading: a job whose part this is stays until the part is done.
  const isOfThisJob = Atomics.load(desk, TURN) === (taken - number) / PARTS_MOST;
  return isOfThisJob && number < partsOf(job) ? { job, number } : undefined;
}

function read(desk: Int32Array): PassJob {
  const at = (place: number) => Atomics.load(desk, place);
  return {
    pass: PASSES[at(PASS)]!,
    count: at(COUNT),
    perPart: at(PER_PART),
    targets: at(TARGETS),
    targetBytes: at(TARGET_BYTES),
    scratch: at(SCRATCH),
    scratchBytes: at(SCRATCH_BYTES),
  };
}

function partsOf({ count, perPart }: PassJob): number {
  return Math.ceil(count / perPart);
}

function doPart(kernel: Kernel, { pass, count, perPart, ...places }: PassJob, part: number, thread: number): void {
  const first = part * perPart;
  const target = places.targets + part * places.targetBytes;
  kernel[pass](AT, first, Math.min(count, first + perPart), target, places.scratch + thread * places.scratchBytes);
}
