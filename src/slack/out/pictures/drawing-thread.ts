import { parentPort } from 'node:worker_threads';
import { drawLeaderboard } from '../../../picture/leaderboard.ts';
import { drawTrend } from '../../../picture/trend.ts';
import { stepBack } from '../../../thread-priority.ts';
import { sentences } from '../../say/sentences.ts';
import type { DrawingDone, DrawingJob } from './aside.ts';

stepBack();

parentPort!.on('message', async (job: DrawingJob) => {
  try {
    const png = new Uint8Array(await draw(job));
    const done: DrawingDone = { png };
    parentPort!.postMessage(done, [png.buffer]);
  } catch (error) {
    const done: DrawingDone = { problem: (error as Error).message };
    parentPort!.postMessage(done);
  }
});

/** The words of a picture are functions, which cannot be sent: each kind has its own here. */
function draw(job: DrawingJob): Promise<Buffer> {
  if (job.kind === 'leaderboard') return drawLeaderboard(job.leaderboard, sentences.picture.words(job.leaderboard));
  const { words, dayOf } = sentences.trend;
  return drawTrend(job.trend.map(dayOf), words);
}
