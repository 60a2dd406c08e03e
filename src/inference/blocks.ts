import { join } from 'node:path';
import { decode, render } from './images.ts';
import type { View } from './model-spec.ts';
import { BLOCK_SIZE, type Job } from './protocol.ts';

/** Images in memory as the models see them, a window of blocks at a time. */
export type Blocks = {
  /** Of one block, over all views. */
  readonly bytesPerBlock: number;
  /** These blocks are needed now: starts decoding them in order, and forgets the others. */
  keep(window: readonly number[]): void;
  /** The pixels of a kept block in one view, as soon as they are there. */
  pixels(block: number, view: View): Promise<Block>;
};

type Block = { readonly pixels: SharedArrayBuffer; readonly count: number; readonly isMissing: readonly boolean[] };

/** How many images are decoded at once; sharp does each in a thread of libuv's pool. */
const DECODERS = 2;

/** Decodes each image once and renders it once per distinct view. An image that does not decode is left blank and marked. */
export function openBlocks(job: Job): Blocks {
  const views = new Map(job.models.map(({ spec }) => [keyOf(spec.view), spec.view]));
  const bytes = (view: View) => BLOCK_SIZE * view.width * view.height * 3;
  const kept = new Map<number, Promise<Map<string, Block>>>();
  let last: Promise<unknown> = Promise.resolve();

  async function load(block: number): Promise<Map<string, Block>> {
    const images = job.images.slice(block * BLOCK_SIZE, (block + 1) * BLOCK_SIZE);
    const isMissing = images.map(() => false);
    const rendered = new Map<string, Block>();
    for (const [key, view] of views) {
      rendered.set(key, { pixels: new SharedArrayBuffer(bytes(view)), count: images.length, isMissing });
    }
    let next = 0;
    const decodeSome = async () => {
      for (let image = next++; image < images.length; image = next++) {
        await loadImage(images[image]!.file, image, rendered).catch(() => {
          isMissing[image] = true;
        });
      }
    };
    await Promise.all(Array.from({ length: DECODERS }, decodeSome));
    return rendered;
  }

  /** Most models see photos as they lie; those that want them upright share a second decoding. */
  async function loadImage(file: string, image: number, rendered: ReadonlyMap<string, Block>): Promise<void> {
    for (const upright of [false, true]) {
      const wanted = [...views].filter(([, view]) => view.upright === upright);
      if (wanted.length === 0) continue;
      const pixels = await decode(join(job.batch, file), upright);
      for (const [key, view] of wanted) {
        const size = view.width * view.height * 3;
        render(pixels, view, new Uint8Array(rendered.get(key)!.pixels, image * size, size));
      }
    }
  }

  return {
    bytesPerBlock: [...views.values()].reduce((sum, view) => sum + bytes(view), 0),
    keep: (window) => {
      for (const block of kept.keys()) if (!window.includes(block)) kept.delete(block);
      for (const block of window) {
        if (kept.has(block)) continue;
        const loaded = last.then(() => load(block));
        last = loaded;
        kept.set(block, loaded);
      }
    },
    pixels: async (block, view) => (await kept.get(block)!).get(keyOf(view))!,
  };
}

function keyOf(view: View): string {
  return JSON.stringify(view);
}
