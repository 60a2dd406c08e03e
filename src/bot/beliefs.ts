import { Worker } from 'node:worker_threads';
import type { Click } from '../core/belief.ts';
import type { Rules } from '../core/facts.ts';
import type { View } from '../core/next-step.ts';
import type { PredictionMatrix } from '../core/predictions.ts';

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

export function openBeliefs(opening: Opening): Beliefs {
  const worker = new Worker(new URL('./beliefs-worker.ts', import.meta.url), { workerData: opening });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let lastId = 0;
  worker.on('message', (reply: Reply) => {
    const { resolve, reject } = waiting.get(reply.id)!;
    waiting.delete(reply.id);
    if ('error' in reply) reject(reply.error);
    else resolve(reply.value);
  });
  // A broken worker fails every question put to it, now and later; the round's facts are untouched.
  let broken: Error | undefined;
  worker.on('error', (error) => {
    broken = error as Error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  });

  function ask<T>(request: Record<string, unknown>): Promise<T> {
    if (broken) return Promise.reject(broken);
    const answer = Promise.withResolvers<unknown>();
    lastId += 1;
    waiting.set(lastId, answer);
    worker.postMessage({ ...request, id: lastId });
    return answer.promise as Promise<T>;
  }

  return {
    view: (clicks, pending, count) => ask({ kind: 'view', clicks, pending, count }),
    confidencePath: (clicks) => ask({ kind: 'path', clicks }),
    close: async () => {
      await worker.terminate();
    },
  };
}
