import module from 'node:module';
import { availableParallelism } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { stepBack } from '../../thread-priority.ts';
import { hireCrew } from './crew.ts';
import { type BeliefLog, openBeliefLog } from './log.ts';
import type { Opening, Reply, Request } from './thread.ts';

stepBack();

/** Images from which on other threads help, and how many threads work at most: below, they would mostly wait. */
const [LARGE, THREADS_MOST] = [10_000, 4];

// What was compiled for this thread is kept for the next start; Node would do so at the process's end only.
module.flushCompileCache?.();

// The round comes first, and then what is asked about it.
parentPort!.once('message', (opening: Opening) => {
  const others = Math.min(availableParallelism(), THREADS_MOST) - 1;
  if (opening.matrix.images >= LARGE && others > 0) hireCrew(others);
  const beliefs = openBeliefLog(opening);
  parentPort!.on('message', (request: Request) => {
    parentPort!.postMessage(replyTo(request, beliefs));
    catchUpSoon(beliefs);
  });
});

let isCatchingUp = false;

/** What the path of a replayed round lacks is worked out a step at a time, so that questions come in between. */
function catchUpSoon(beliefs: BeliefLog): void {
  if (isCatchingUp) return;
  isCatchingUp = true;
  setImmediate(() => {
    isCatchingUp = false;
    if (beliefs.catchUp()) catchUpSoon(beliefs);
  });
}

function replyTo(request: Request, beliefs: BeliefLog): Reply {
  const { id } = request;
  try {
    if (request.kind === 'path') return { id, kind: 'path', answer: beliefs.confidencePath(request.clicks) };
    if (request.kind === 'review') return { id, kind: 'review', answer: beliefs.review(request.clicks) };
    if (request.kind === 'measure') {
      const { clicks, model, looks } = request;
      return { id, kind: 'measure', answer: beliefs.measure(clicks, model, looks) };
    }
    return { id, kind: 'view', answer: beliefs.view(request.clicks, request.pending, request.count) };
  } catch (error) {
    return { id, kind: 'failure', error: error as Error };
  }
}
