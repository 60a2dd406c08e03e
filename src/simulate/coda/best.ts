import { reserve } from '../../method/kernel-code.ts';
import { BEST } from './best-bytes.ts';

/** Points of the grid that integrals are taken on, as best.wat has it. */
export const POINTS = 256;

const memory = new WebAssembly.Memory({ initial: 1 });
/** The inner loops, two numbers at once, in the order in which one at a time would be added. Their source is best.wat. */
const kernel = new WebAssembly.Instance(
  new WebAssembly.Module(Uint8Array.from(atob(BEST.replaceAll('\n', '')), (letter) => letter.charCodeAt(0))),
  { coda: { memory } },
).exports as Record<'addLogs' | 'integrals', (...places: number[]) => void>;

/** What integrals over all models of a class are made of. */
export type Curves = {
  /** `logs[point]`: the logarithm of the chance that every model is lower, if all are wrong. */
  readonly logs: Float64Array;
  /** `gained[model * POINTS + point]`: by how much that grows where the model is right instead. */
  readonly gained: Float64Array;
  /** `[model * POINTS + point]`: what the chance of all is multiplied by, where the model is right and where it is wrong. */
  readonly ifRight: Float64Array;
  readonly ifWrong: Float64Array;
  /** Below this point, a multiple of four, there is nothing to speak of. */
  readonly first: number;
};

/** The curves that lie in the memory, which serves all classes by turns. */
let loaded: Curves | undefined;

/** Integrals over the grid, by model, once the models with `isRight[model]` at 1 are right. Cost: models x 256. */
export function integralsOf(curves: Curves, isRight: Uint8Array): Float64Array {
  const models = isRight.length;
  const pairs = Math.ceil(models / 2);
  const at = layOut(models);
  if (loaded !== curves) load(curves, at, models);
  const masks = new BigInt64Array(memory.buffer, at.masks, 2 * pairs);
  const listed = new Int32Array(memory.buffer, at.listed, models);
  let count = 0;
  for (let model = 0; model < models; model++) {
    masks[model] = isRight[model] === 1 ? -1n : 0n;
    if (isRight[model] === 1) listed[count++] = model;
  }
  if (models % 2 === 1) masks[models] = 0n;
  const below = new Float64Array(memory.buffer, at.below, POINTS);
  below.set(curves.logs);
  kernel.addLogs(at.below, at.gained, at.listed, count, curves.first);
  for (let point = curves.first; point < POINTS; point++) below[point] = Math.exp(below[point]!);
  kernel.integrals(at.below, at.ifRight, at.ifWrong, at.masks, pairs, curves.first, at.results);
  return new Float64Array(memory.buffer, at.results, models).slice();
}

/** Where everything lies, in bytes. */
function layOut(models: number) {
  const pairs = Math.ceil(models / 2);
  const [below, gained] = [16, 16 + 8 * POINTS];
  const ifRight = gained + 8 * POINTS * models;
  const ifWrong = ifRight + 16 * POINTS * pairs;
  const masks = ifWrong + 16 * POINTS * pairs;
  const results = masks + 16 * pairs;
  const listed = results + 16 * pairs;
  return { below, gained, ifRight, ifWrong, masks, results, listed, end: listed + 4 * models };
}

function load(curves: Curves, at: ReturnType<typeof layOut>, models: number): void {
  reserve(memory, at.end);
  new Float64Array(memory.buffer, at.gained, models * POINTS).set(curves.gained);
  for (const side of ['ifRight', 'ifWrong'] as const) {
    const pairs = new Float64Array(memory.buffer, at[side], POINTS * (models + (models % 2))).fill(0);
    for (let model = 0; model < models; model++) {
      const to = (model >> 1) * 2 * POINTS + (model % 2);
      for (let point = 0; point < POINTS; point++) pairs[to + 2 * point] = curves[side][model * POINTS + point]!;
    }
  }
  loaded = curves;
}
