import { getPriority, setPriority } from 'node:os';
import { parentPort, type Transferable, workerData } from 'node:worker_threads';
import { predictionsFrom } from '../from-file.ts';
import { listImages } from '../list-images.ts';
import type { ReadingDone, ReadingJob } from './aside.ts';

/** Below the thread that answers clicks, as the method is. The lowest priority there is, is 19. */
const [LOWER_BY, LOWEST] = [5, 19];

// On Linux a thread has a priority of its own; elsewhere the whole process would get it.
if (process.platform === 'linux') setPriority(Math.min(getPriority() + LOWER_BY, LOWEST));

const answer = (done: ReadingDone, moved: Transferable[] = []) => parentPort!.postMessage(done, moved);

try {
  const job = workerData as ReadingJob;
  if (job.kind === 'images') answer({ found: await listImages(...job.asked) });
  else {
    const found = await predictionsFrom(...job.asked);
    // Handed over, not copied.
    answer(
      { found },
      found ? [found.predictions.classes.buffer as ArrayBuffer, found.scores.buffer as ArrayBuffer] : [],
    );
  }
} catch (error) {
  answer({ problem: (error as Error).message });
}
