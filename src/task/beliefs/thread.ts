import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { Click } from '../../method/belief.ts';
import type { PredictionMatrix } from '../../method/predictions.ts';
import type { Rules } from '../../round/facts.ts';
import type { View } from '../../round/next-step.ts';

/** The method at work on one round, in a thread of its own: a step over 50,000 images must not delay a click. */
export type Beliefs = {
  /** `count` images to ask next, none of them in `pending`. */
  view(clicks: readonly Click[], pending: readonly number[], count: number): Promise<View>;
  /** Element `n` is the confidence (within the rules' tolerance) after the first n clicks. */
  confidencePath(clicks: readonly Click[]): Promise<number[]>;
  close(): Promise<void>;
};

export type Request =
  | { id: number; kind: 'view'; clicks: readonly Click[]; pending: readonly number[]; count: number }
  | { id: number; kind: 'path'; clicks: readonly Click[] };

export type Reply = { id: number; value: unknown } | { id: number; error: Error };

export type Opening = { matrix: PredictionMatrix; rules: Rules };

/**
 * The thread starts with the first question. One that dies fails the questions put to it; the next question starts
 * another, which works everything out anew from the clicks.
 */
export function openBeliefs(
  opening: Opening,
  newWorker: NewWorker = (url, options) => new Worker(url, options),
): Beliefs {
  let thread: Thread | undefined;
  let isClosed = false;

  function ask<T>(request: Record<string, unknown>): Promise<T> {
    if (isClosed) return Promise.reject(new Error('The round is closed.'));
    thread ??= startThread(newWorker(source, { workerData: opening }), () => {
      thread = undefined;
    });
    return thread.ask(request) as Promise<T>;
  }

  return {
    view: (clicks, pending, count) => ask({ kind: 'view', clicks, pending, count }),
    confidencePath: (clicks) => ask({ kind: 'path', clicks }),
    close: async () => {
      isClosed = true;
      await thread?.stop();
    },
  };
}

const source = new URL('./worker.ts', import.meta.url);

type NewWorker = (source: URL, options: WorkerOptions) => Worker;

type Thread = { ask(request: Record<string, unknown>): Promise<unknown>; stop(): Promise<unknown> };

function startThread(worker: Worker, onEnd: () => void): Thread {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let lastId = 0;
  let why: unknown;

  worker.on('message', (reply: Reply) => {
    const { resolve, reject } = waiting.get(reply.id)!;
    waiting.delete(reply.id);
    if ('error' in reply) reject(reply.error);
    else resolve(reply.value);
  });
  worker.on('error', (error) => {
    why = error;
  });
  worker.on('exit', (code) => {
    onEnd();
    const error = new Error(`The thread of the method ended with code ${code}.`, { cause: why });
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  });

  return {
    ask(request) {
      lastId += 1;
      const answer = Promise.withResolvers<unknown>();
      waiting.set(lastId, answer);
      worker.postMessage({ ...request, id: lastId });
      return answer.promise;
    },
    stop: () => worker.terminate(),
  };
}
