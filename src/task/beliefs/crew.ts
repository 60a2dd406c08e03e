import { Worker } from 'node:worker_threads';
import type { Desk } from '../../method/kernel-jobs.ts';
import { closeDesk, openDesk } from '../../method/kernel-memory.ts';

/** What a thread that helps is given. */
export type Helping = { readonly desk: Desk; readonly thread: number };

/**
 * Starts threads that help the method with large batches, in the thread that calls this. Nothing depends on them: until they
 * are there, and where one dies, the rest do its work, with the same bits.
 */
export function hireCrew(size: number): { readonly dismiss: () => Promise<void> } {
  const desk = openDesk(size);
  const threads = Array.from({ length: size }, (_, place) => {
    const workerData: Helping = { desk, thread: place + 1 };
    const worker = new Worker(new URL('./hand.ts', import.meta.url), { workerData });
    worker.on('error', () => {});
    worker.unref();
    return worker;
  });
  return {
    dismiss: async () => {
      closeDesk();
      await Promise.all(threads.map((worker) => worker.terminate()));
    },
  };
}
