import { KERNEL } from './kernel-bytes.ts';

/** The passes of kernel.wat, by their number in a job. */
export const PASSES = [
  'votes',
  'hardness',
  'sums',
  'variances',
  'gradients',
  'termGradients',
  'answered',
  'promises',
  'scores',
  'gains',
] as const;
export type Pass = (typeof PASSES)[number];

/** Each is told where the list of places is, what to look at (from, and before what end), and where results and scratch go. */
export type Kernel = Record<Pass, (at: number, from: number, end: number, target: number, scratch: number) => void>;

const PAGE_BYTES = 65_536;

/** The most there is. */
const PAGES_MAX = 65_536;

/** A memory for the kernel, which several threads may share. */
export function newMemory(isShared: boolean): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: 1, maximum: PAGES_MAX, ...(isShared && { shared: true }) });
}

/** Makes a memory that large, unless it is; views of it that were made before become empty if it is nobody else's. */
export function reserve(memory: WebAssembly.Memory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
}

/** The kernel at work in a memory. */
export function kernelIn(memory: WebAssembly.Memory): Kernel {
  return instantiate(KERNEL, memory);
}

/** A module that is kept in base64, at work in a memory. */
export function instantiate<M>(base64: string, memory: WebAssembly.Memory): M {
  const bytes = Uint8Array.from(atob(base64.replaceAll('\n', '')), (letter) => letter.charCodeAt(0));
  if (!(memory.buffer instanceof ArrayBuffer)) declareShared(bytes);
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { method: { memory } }).exports as M;
}

/** The import of the memory, as bytes: a name, the kind, whether it has an end (1), its first and its most pages. */
const [NAME, LIMITS] = ['memory', [2, 1, 1, 128, 128, 4]];

/** Tells the module that its memory is shared (3 instead of 1). */
function declareShared(bytes: Uint8Array): void {
  const wanted = [...new TextEncoder().encode(NAME), ...LIMITS];
  const start = bytes.findIndex((_, place) => wanted.every((byte, offset) => bytes[place + offset] === byte));
  if (start < 0) throw new Error('kernel.wat imports its memory in another way: mend LIMITS in kernel-code.ts.');
  bytes[start + NAME.length + 1] = 3;
}
