import { join } from 'node:path';
import { decode, render } from './images.ts';
import type { ImageFile } from './list-images.ts';
import type { View } from './model-spec.ts';
import type { Job } from './protocol.ts';

/** A block of images in memory as one kind of model sees them. */
export type Block = {
  /** `pixels[image * view + ...]`, height × width × 3 each, 8-bit RGB. */
  readonly pixels: SharedArrayBuffer;
  readonly count: number;
  readonly isMissing: readonly boolean[];
};

/** Blocks of images on their way through memory: decoded in order, while earlier ones are computed. */
export type Blocks = {
  /** Those that are decoded and not released, in order. */
  ready(): Iterable<number>;
  view(block: number, view: View): Block;
  /** No more blocks come before one is released: the window is full, or all were decoded. */
  isStuck(): boolean;
  /** The block is not needed any more; its memory serves the next. */
  release(block: number): void;
};

/** Pixels in memory at once. The same buffers serve again and again, so that none waits for a garbage collector. */
const PIXEL_BYTES_MAX = 192e6;

/** A window of the memory, one buffer a view. */
type Slot = ReadonlyMap<string, SharedArrayBuffer>;

/**
 * Decodes each needed image once and renders it once per distinct view. An image that does not decode is left blank,
 * marked, and told to `onSetAside`; `onReady` follows each block.
 */
export function openBlocks(
  job: Job,
  needed: readonly number[],
  onReady: () => void,
  onSetAside: (image: ImageFile, reason: string) => void,
): Blocks {
  const { blockSize } = job;
  const views = new Map(job.models.map(({ spec }) => [keyOf(spec.view), spec.view]));
  const slotBytes = [...views.values()].reduce((sum, view) => sum + bytesOf(view) * blockSize, 0);
  let slotsLeft = Math.max(2, Math.floor(PIXEL_BYTES_MAX / slotBytes));
  const free: Slot[] = [];
  const kept = new Map<number, { slot: Slot; count: number; isMissing: boolean[] }>();
  let next = 0;
  let isDecoding = false;

  async function decodeOn(): Promise<void> {
    if (isDecoding) return;
    isDecoding = true;
    for (let slot = take(); slot; slot = take()) {
      const block = needed[next++]!;
      kept.set(block, { slot, ...(await load(block, slot)) });
      onReady();
    }
    isDecoding = false;
    onReady();
  }

  function take(): Slot | undefined {
    if (next >= needed.length) return undefined;
    if (free.length > 0) return free.pop();
    if (slotsLeft-- <= 0) return undefined;
    return new Map([...views].map(([key, view]) => [key, new SharedArrayBuffer(bytesOf(view) * blockSize)]));
  }

  async function load(block: number, slot: Slot): Promise<{ count: number; isMissing: boolean[] }> {
    const images = job.images.slice(block * blockSize, (block + 1) * blockSize);
    const isMissing = images.map(() => false);
    let at = 0;
    const decodeSome = async () => {
      for (let index = at++; index < images.length; index = at++) {
        const image = images[index]!;
        try {
          await loadImage(image, index, slot);
        } catch (error) {
          isMissing[index] = true;
          for (const [key, view] of views) pixelsOf(slot, key, view, index).fill(0);
          onSetAside(image, (error as Error).message);
        }
      }
    };
    await Promise.all(Array.from({ length: job.workers }, decodeSome));
    return { count: images.length, isMissing };
  }

  /** Most models see photos as they lie; those that want them upright share a second decoding where it differs. */
  async function loadImage(image: ImageFile, index: number, slot: Slot): Promise<void> {
    const upright = [...views.values()].some((view) => view.upright);
    const lying = [...views.values()].some((view) => !view.upright);
    const decoded = await decode(join(job.batch, image.file), image.sha256, { upright, lying });
    for (const [key, view] of views) {
      render(view.upright ? decoded.upright! : decoded.lying!, view, pixelsOf(slot, key, view, index));
    }
  }

  decodeOn();
  return {
    ready: () => kept.keys(),
    view: (block, view) => {
      const { slot, count, isMissing } = kept.get(block)!;
      return { pixels: slot.get(keyOf(view))!, count, isMissing };
    },
    isStuck: () => !isDecoding,
    release: (block) => {
      free.push(kept.get(block)!.slot);
      kept.delete(block);
      decodeOn();
    },
  };
}

function bytesOf(view: View): number {
  return view.width * view.height * 3;
}

function pixelsOf(slot: Slot, key: string, view: View, index: number): Uint8Array {
  return new Uint8Array(slot.get(key)!, index * bytesOf(view), bytesOf(view));
}

function keyOf(view: View): string {
  return JSON.stringify(view);
}
