import { parentPort, workerData } from 'node:worker_threads';
import { answerBeliefs } from './log.ts';
import type { Opening, Reply, Request } from './thread.ts';

const beliefs = answerBeliefs(workerData as Opening);

parentPort!.on('message', (request: Request) => {
  const reply = (): Reply => {
    try {
      return { id: request.id, value: beliefs(request) };
    } catch (error) {
      return { id: request.id, error: error as Error };
    }
  };
  parentPort!.postMessage(reply());
});
