import { Worker as Thread } from 'node:worker_threads';
import type { ImageBlock } from './blocks.ts';
import type { Line, Sessions } from './pick-task.ts';
import type { BlockReply, BlockTask, Job, Suspect } from './protocol.ts';

/** A worker thread as the process's main thread sees it. */
export type Worker = {
  readonly sessions: Sessions;
  /** What it is at, if anything. */
  readonly task: Suspect | undefined;
  run(line: ClassedLine, block: number, images: ImageBlock, close: readonly string[]): Promise<BlockReply>;
};

type ClassedLine = Pick<Line, 'model'> & { readonly classMap: readonly number[] | undefined };

/** Starts a thread that runs one block at a time, and gives up on the process when one takes too long. */
export function startWorker(job: Job, giveUp: (tasks: readonly Suspect[], reason: string) => void): Worker {
  const { classCount, blockTimeoutMs } = job;
  const thread = new Thread(new URL('./session-worker.ts', import.meta.url));
  thread.unref();
  const sessions: Sessions = new Map();
  let task: Suspect | undefined;

  function post(message: BlockTask): Promise<BlockReply> {
    return new Promise((resolve, reject) => {
      thread.once('error', reject);
      thread.once('message', (reply: BlockReply) => {
        thread.off('error', reject);
        resolve(reply);
      });
      thread.postMessage(message);
    });
  }

  return {
    sessions,
    get task() {
      return task;
    },
    run: async ({ model, classMap }, block, { inputs, count }, close) => {
      const { name, file, spec } = model;
      const suspect = { model: name, block };
      const reason = `it took longer than ${blockTimeoutMs / 1000} s for ${count} images`;
      const timer = setTimeout(giveUp, blockTimeoutMs, [suspect], reason);
      task = suspect;
      for (const closed of close) sessions.delete(closed);
      const toOpen = sessions.has(name) ? undefined : { file, spec, classMap, classCount };
      sessions.delete(name);
      sessions.set(name, model);
      const reply = await post({ name, toOpen, close, inputs, count });
      clearTimeout(timer);
      task = undefined;
      if (reply.kind === 'bad model') sessions.delete(name);
      return reply;
    },
  };
}
