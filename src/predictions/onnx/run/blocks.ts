import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { BatchImage } from '../../list-images.ts';
import type { Framing, ModelSpec } from '../describe/model-spec.ts';
import { decode, render } from '../pixels/images.ts';
import { inputWriter } from '../pixels/input-writer.ts';
import { inputBytes, inputKey, inputNumbers } from './model-input.ts';
import type { Job } from './protocol.ts';

/** A block of images in memory as some models are fed them. */
export type ImageBlock = {
  /** One image after the other, as `inputNumbers` reads them. */
  readonly inputs: SharedArrayBuffer;
  readonly count: number;
  readonly isMissing: readonly boolean[];
};

/** Blocks of images on their way through memory: decoded in order, while earlier ones are computed. */
export type Blocks = {
  /** Those that are decoded and not released, in order. */
  ready(): Iterable<number>;
  inputs(block: number, spec: ModelSpec): ImageBlock;
  /** No more blocks come before one is released: the window is full, or all were decoded. */
  isStuck(): boolean;
  /** The block is not needed any more; its memory serves the next. */
  release(block: number): void;
};

/** Inputs in memory at once. The same buffers serve again and again, so that none waits for a garbage collector. */
const INPUT_BYTES_MAX = 160e6;

/** A block's part of the memory: a buffer for each format of inputs, by its key. */
type Slot = ReadonlyMap<string, SharedArrayBuffer>;

/** What becomes of each image: it is rendered once for models that see the same pixels, however they are fed them. */
type Rendering = { readonly framing: Framing; readonly pixels: Uint8Array; readonly inputs: Map<string, Input> };
type Input = { readonly spec: ModelSpec; readonly write: ReturnType<typeof inputWriter> };

/**
 * Decodes each needed image once, renders it once per distinct framing and normalizes it once per distinct format. An
 * image that does not decode is left blank, marked, and told to `onSetAside`; `onReady` follows each block.
 */
export function openBlocks(
  job: Job,
  needed: readonly number[],
  onReady: () => void,
  onSetAside: (image: BatchImage, reason: string) => void,
): Blocks {
  const { blockSize } = job;
  const renderings = renderingsOf(job.models);
  const inputs = renderings.flatMap((rendering) => [...rendering.inputs]);
  const decoder = { job, renderings, onSetAside };
  const slotBytes = inputs.reduce((sum, [, { spec }]) => sum + inputBytes(spec) * blockSize, 0);
  let slotsLeft = Math.max(2, Math.floor(INPUT_BYTES_MAX / slotBytes));
  const free: Slot[] = [];
  const kept = new Map<number, { slot: Slot; count: number; isMissing: boolean[] }>();
  let next = 0;
  let isDecoding = false;

  async function decodeOn(): Promise<void> {
    if (isDecoding) return;
    isDecoding = true;
    for (let slot = take(); slot; slot = take()) {
      const block = needed[next++]!;
      const images = job.images.slice(block * blockSize, (block + 1) * blockSize);
      kept.set(block, { slot, count: images.length, isMissing: await load(decoder, images, slot) });
      onReady();
    }
    isDecoding = false;
    onReady();
  }

  function take(): Slot | undefined {
    if (next >= needed.length) return undefined;
    if (free.length > 0) return free.pop();
    if (slotsLeft-- <= 0) return undefined;
    return new Map(inputs.map(([key, { spec }]) => [key, new SharedArrayBuffer(inputBytes(spec) * blockSize)]));
  }

  decodeOn();
  return {
    ready: () => kept.keys(),
    inputs: (block, spec) => {
      const { slot, count, isMissing } = kept.get(block)!;
      return { inputs: slot.get(inputKey(spec))!, count, isMissing };
    },
    isStuck: () => !isDecoding,
    release: (block) => {
      free.push(kept.get(block)!.slot);
      kept.delete(block);
      decodeOn();
    },
  };
}

type Decoder = {
  readonly job: Job;
  readonly renderings: readonly Rendering[];
  readonly onSetAside: (image: BatchImage, reason: string) => void;
};

/** One of several that decode at once. */
type Lane = Decoder & { readonly isElsewhere: boolean };

/** So many workers this thread decodes for alone; for more, other threads do, too. */
const FED_FROM_HERE = 4;

/** Decodes the images of a block into a slot, and says which of them are missing there. */
async function load(decoder: Decoder, images: readonly BatchImage[], slot: Slot): Promise<boolean[]> {
  const { job, renderings, onSetAside } = decoder;
  const isMissing = images.map(() => false);
  let at = 0;
  const decodeSome = async (_: unknown, nth: number) => {
    const lane = { ...decoder, isElsewhere: nth > 0 && job.workers > FED_FROM_HERE };
    for (let index = at++; index < images.length; index = at++) {
      const image = images[index]!;
      try {
        await loadImage(lane, image, index, slot);
      } catch (error) {
        isMissing[index] = true;
        for (const { inputs } of renderings) {
          for (const [key, { spec }] of inputs) inputNumbers(spec, slot.get(key)!, index, 1).fill(0);
        }
        onSetAside(image, (error as Error).message);
      }
      // A turn for what the workers say.
      await setImmediate();
    }
  };
  await Promise.all(Array.from({ length: job.workers }, decodeSome));
  return isMissing;
}

/** Most models see photos as they lie; those that want them upright share a second decoding where it differs. */
async function loadImage(decoder: Lane, image: BatchImage, index: number, slot: Slot): Promise<void> {
  const { job, renderings, isElsewhere } = decoder;
  const upright = renderings.some(({ framing }) => framing.upright);
  const lying = renderings.some(({ framing }) => !framing.upright);
  await decode(join(job.batch, image.file), image.sha256, { upright, lying, isElsewhere }, (decoded) => {
    for (const { framing, pixels, inputs } of renderings) {
      render(framing.upright ? decoded.upright! : decoded.lying!, framing, pixels);
      for (const [key, { spec, write }] of inputs) write(pixels, inputNumbers(spec, slot.get(key)!, index, 1));
    }
    for (const { data } of Object.values(decoded)) giveBack(data);
  });
}

/** Gives memory back at once: waiting for the garbage collector, every 25 photos would make it look at all there is. */
function giveBack({ buffer, byteLength }: Uint8Array): void {
  // One image may be there twice, lying and upright; a small one may lie in memory that others share.
  const isWhole = byteLength > 0 && buffer.byteLength === byteLength;
  if (isWhole && buffer instanceof ArrayBuffer) buffer.transfer(0);
}

function renderingsOf(models: Job['models']): Rendering[] {
  const renderings = new Map<string, Rendering>();
  for (const { spec } of models) {
    const { framing } = spec;
    const key = JSON.stringify(framing);
    const pixels = new Uint8Array(framing.width * framing.height * 3);
    if (!renderings.has(key)) renderings.set(key, { framing, pixels, inputs: new Map() });
    renderings.get(key)!.inputs.set(inputKey(spec), { spec, write: inputWriter(spec) });
  }
  return [...renderings.values()];
}
