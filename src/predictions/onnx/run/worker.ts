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
  /** It rests until another job starts a worker. */
  end(): void;
};

/** Threads of jobs that are done, with the models that they have open. */
const resting: { readonly thread: Thread; readonly left: readonly string[] }[] = [];

type ClassedLine = Pick<Line, 'model'> & { readonly classMap: readonly number[] | undefined };

/** Starts a thread that runs one block at a time, and gives up on the process when one takes too long. */
export function startWorker(job: Job, giveUp: (tasks: readonly Suspect[], reason: string) => void): Worker {
  const { classCount, blockTimeoutMs } = job;
  const { thread, left } = resting.pop() ?? { thread: newThread(), left: [] };
  // Of another job: what is called the same may be another model now.
  let stale = left;
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
    end: () => void resting.push({ thread, left: [...stale, ...sessions.keys()] }),
    run: async ({ model, classMap }, block, { inputs, count }, closing) => {
      const { name, file, spec } = model;
      const suspect = { model: name, block };
      const reason = `it took longer than ${blockTimeoutMs / 1000} s for ${count} images`;
      const timer = setTimeout(giveUp, blockTimeoutMs, [suspect], reason);
      task = suspect;
      const close = [...stale, ...closing];
      stale = [];
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

function newThread(): Thread {
  const thread = new Thread(new URL('./session-worker.ts', import.meta.url));
  thread.unref();
  return thread;
}
