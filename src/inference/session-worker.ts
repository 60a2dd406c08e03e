import { parentPort } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { createFeed, type Feed } from './feed.ts';
import type { PoolModel } from './pool.ts';
import { BLOCK_SIZE, type Task, type TaskReply } from './protocol.ts';

/** Batches of 8 are within 11 % of the best size for every network tried, and small enough for big inputs. */
const BATCH = 8;

type Loaded = {
  readonly name: string;
  readonly session: InferenceSession;
  readonly feed: Feed;
  readonly batch: number;
};
let loaded: Loaded | undefined;

parentPort!.on('message', async (task: Task) => {
  parentPort!.postMessage(await answer(task));
});

async function answer(task: Task): Promise<TaskReply> {
  try {
    loaded = loaded?.name === task.model.name ? loaded : await load(task.model);
    return { kind: 'classes', classes: await run(loaded, task) };
  } catch (error) {
    await unload();
    return { kind: 'bad model', reason: (error as Error).message.split('\n')[0]! };
  }
}

/** One thread a session: two such sessions do more than one with two threads. */
async function load(model: PoolModel): Promise<Loaded> {
  await unload();
  const session = await InferenceSession.create(model.file, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
  });
  const batch = model.spec.batch || BATCH;
  return { name: model.name, session, feed: createFeed(model.spec, batch), batch };
}

async function unload(): Promise<void> {
  const old = loaded;
  loaded = undefined;
  await old?.session.release();
}

async function run({ session, feed, batch }: Loaded, task: Task): Promise<Int16Array> {
  const { spec } = task.model;
  const { width, height } = spec.view;
  const pixels = new Uint8Array(task.pixels);
  const classes = new Int16Array(BLOCK_SIZE).fill(-1);
  for (let first = 0; first < task.count; first += batch) {
    const count = Math.min(batch, task.count - first);
    // A dynamic batch runs just what is left; a fixed one runs full, and what follows the last image is ignored.
    const size = spec.batch || count;
    feed.fill(pixels, first, count);
    const dims = spec.layout === 'NCHW' ? [size, 3, height, width] : [size, height, width, 3];
    const tensor = feed.tensor(size, (type, data) => new Tensor(type, data, dims), dims);
    const outputs = await session.run({ [spec.input]: tensor }, [spec.output]);
    const output = outputs[spec.output]!;
    readClasses(output, count, size, task, classes.subarray(first, first + count));
  }
  return classes;
}

function readClasses(output: Tensor, count: number, size: number, task: Task, classes: Int16Array): void {
  const scores = output.type === 'float16' ? halves(output.data as Uint16Array) : (output.data as Float32Array);
  const width = scores.length / size;
  const { classMap, classCount } = task;
  const expected = classMap?.length ?? classCount;
  if (width !== expected) throw new Error(`it answers ${width} scores an image where there are ${expected} classes`);
  for (let image = 0; image < count; image++) {
    let best = 0;
    for (let index = 0; index < width; index++) {
      const score = Number(scores[image * width + index]);
      if (!Number.isFinite(score)) throw new Error('it answers numbers that are not finite');
      if (score > Number(scores[image * width + best])) best = index;
    }
    classes[image] = classMap ? classMap[best]! : best;
  }
}

function halves(bits: Uint16Array): Float32Array {
  return Float32Array.from(new Float16Array(bits.buffer, bits.byteOffset, bits.length));
}
