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

/** More than any number of parts: there is nothing to take. */
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
  const { count, perPart, targets, targetBytes, scratch, scratchBytes } = job;
  desk.set([PASSES.indexOf(job.pass), count, perPart, targets, targetBytes, scratch, scratchBytes], PASS);
  Atomics.store(desk, DONE, 0);
  Atomics.store(desk, NEXT, 0);
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
    const part = Atomics.add(desk, NEXT, 1);
    if (part >= NOTHING) return;
    const job = read(desk);
    if (part >= partsOf(job)) return;
    doPart(kernel, job, part, thread);
    Atomics.add(desk, DONE, 1);
    Atomics.notify(desk, DONE);
  }
}

function read(desk: Int32Array): PassJob {
  return {
    pass: PASSES[desk[PASS]!]!,
    count: desk[COUNT]!,
    perPart: desk[PER_PART]!,
    targets: desk[TARGETS]!,
    targetBytes: desk[TARGET_BYTES]!,
    scratch: desk[SCRATCH]!,
    scratchBytes: desk[SCRATCH_BYTES]!,
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
