import { parentPort } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { createFeed, type Feed } from './feed.ts';
import { runSizeOf } from './job.ts';
import type { PoolModel } from './pool.ts';
import type { Answers, Task, TaskReply } from './protocol.ts';
import { readAnswers } from './read-answers.ts';

type Loaded = { readonly session: InferenceSession; feed: Feed; batch: number };

const open = new Map<string, Loaded>();

parentPort!.on('message', async (task: Task) => {
  parentPort!.postMessage(await answer(task));
});

async function answer(task: Task): Promise<TaskReply> {
  try {
    for (const name of task.close) await close(name);
    const loaded = open.get(task.model.name) ?? (await load(task.model));
    const startMs = performance.now();
    const answers = await run(loaded, task);
    return { kind: 'answers', msPerImage: (performance.now() - startMs) / task.count, ...answers };
  } catch (error) {
    await close(task.model.name);
    return { kind: 'bad model', reason: (error as Error).message.split('\n')[0]! };
  }
}

/** One thread a session: two such sessions do more than one with two threads. */
async function load(model: PoolModel): Promise<Loaded> {
  const session = await InferenceSession.create(model.file, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
  });
  const batch = runSizeOf(model.spec);
  const loaded = { session, feed: createFeed(model.spec, batch), batch };
  open.set(model.name, loaded);
  return loaded;
}

async function close(name: string): Promise<void> {
  const old = open.get(name);
  open.delete(name);
  await old?.session.release();
}

async function run(loaded: Loaded, task: Task): Promise<Answers> {
  try {
    return await runAll(loaded, task);
  } catch (error) {
    // Some files leave the batch open and yet hold a one in their graph.
    if (loaded.batch === 1 || task.model.spec.batch > 0) throw error;
    loaded.batch = 1;
    loaded.feed = createFeed(task.model.spec, 1);
    return runAll(loaded, task);
  }
}

async function runAll({ session, feed, batch }: Loaded, task: Task): Promise<Answers> {
  const { spec } = task.model;
  const { width, height } = spec.view;
  const pixels = new Uint8Array(task.pixels);
  const answers = { classes: new Int16Array(task.count).fill(-1), scores: new Uint16Array(task.count) };
  for (let first = 0; first < task.count; first += batch) {
    const count = Math.min(batch, task.count - first);
    // An open batch runs just what is left; a fixed one runs full, and what follows the last image is ignored.
    const size = spec.batch || count;
    feed.fill(pixels, first, count);
    const dims = spec.layout === 'NCHW' ? [size, 3, height, width] : [size, height, width, 3];
    const tensor = feed.tensor(size, (type, data) => new Tensor(type, data, dims), dims);
    const outputs = await session.run({ [spec.input]: tensor }, [spec.output]);
    readAnswers(outputs[spec.output]!, { ...task, first, count, size }, answers);
  }
  return answers;
}
