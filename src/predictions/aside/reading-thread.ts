import { parentPort, type Transferable, workerData } from 'node:worker_threads';
import { stepBack } from '../../thread-priority.ts';
import { predictionsFrom } from '../from-file.ts';
import { listImages } from '../list-images.ts';
import type { ReadingDone, ReadingJob } from './aside.ts';

stepBack();

const answer = (done: ReadingDone, moved: Transferable[] = []) => parentPort!.postMessage(done, moved);

try {
  const job = workerData as ReadingJob;
  if (job.kind === 'images') answer({ found: await listImages(...job.asked) });
  else {
    const found = await predictionsFrom(...job.asked);
    if (!found) answer({ found });
    else {
      // Handed over, not copied; the images are known to whoever asked.
      const { images: _images, setAside: _setAside, ...said } = found;
      const { predictions, scores } = said;
      answer({ found: said }, [predictions.classes.buffer as ArrayBuffer, scores.buffer as ArrayBuffer]);
    }
  }
} catch (error) {
  answer({ problem: (error as Error).message });
}
