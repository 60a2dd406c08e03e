import { parentPort } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { keepCompiled } from '../compiled.ts';
import type { ModelSpec } from '../describe/model-spec.ts';
import { runSizeOf } from './job.ts';
import { inputNumbers, type Numbers } from './model-input.ts';
import type { Answers, BlockReply, BlockTask, ToOpen } from './protocol.ts';
import { readAnswers } from './read-answers.ts';

type Loaded = Omit<ToOpen, 'file'> & { readonly session: InferenceSession; batch: number };

const open = new Map<string, Loaded>();

parentPort!.on('message', async (task: BlockTask) => {
  parentPort!.postMessage(await answer(task));
});

keepCompiled();

async function answer(task: BlockTask): Promise<BlockReply> {
  const { name, toOpen, close, count } = task;
  try {
    for (const other of close) await release(other);
    if (toOpen) open.set(name, await load(toOpen));
    const startMs = performance.now();
    const answers = await run(open.get(name)!, task);
    return { kind: 'answers', msPerImage: (performance.now() - startMs) / count, ...answers };
  } catch (error) {
    await release(name);
    return { kind: 'bad model', reason: (error as Error).message.split('\n')[0]! };
  }
}

/** One thread a session: two such sessions do more than one with two threads. */
async function load({ file, ...reading }: ToOpen): Promise<Loaded> {
  const session = await InferenceSession.create(file, {
    executionProviders: reading.spec.providers ?? ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
  });
  return { ...reading, session, batch: runSizeOf(reading.spec) };
}

async function release(name: string): Promise<void> {
  const old = open.get(name);
  open.delete(name);
  await old?.session.release();
}

async function run(loaded: Loaded, task: BlockTask): Promise<Answers> {
  try {
    return await runAll(loaded, task);
  } catch (error) {
    // Some files leave the batch open and yet hold a one in their graph.
    if (loaded.batch === 1 || loaded.spec.batch > 0) throw error;
    loaded.batch = 1;
    return runAll(loaded, task);
  }
}

async function runAll(loaded: Loaded, task: BlockTask): Promise<Answers> {
  const { session, spec, batch } = loaded;
  const answers = { classes: new Int16Array(task.count).fill(-1), scores: new Uint16Array(task.count) };
  const step = spec.alone ? 1 : batch;
  for (let first = 0; first < task.count; first += step) {
    const count = Math.min(step, task.count - first);
    // An open batch runs just what is left; a fixed one is filled, and what follows the last image is ignored.
    const size = spec.batch || count;
    const input = tensorOf(spec, filled(inputNumbers(spec, task.inputs, first, count), count, size), size);
    const output = (await session.run({ [spec.input]: input }, [spec.output]))[spec.output]!;
    // One row for them all is of a graph that takes them for one image.
    if (size > 1 && !spec.batch && output.dims[0] !== size)
      throw new Error(`it answers ${size} images as if they were one`);
    readAnswers(output, { ...loaded, single: spec.single, first, count, size }, answers);
  }
  return answers;
}

/** The last image again and again until there are `size`: nothing that lies in memory by chance is shown to a model. */
function filled(images: Numbers, count: number, size: number): Numbers {
  if (count === size) return images;
  const length = images.length / count;
  const all = new (images.constructor as new (length: number) => Numbers)(size * length);
  all.set(images);
  for (let image = count; image < size; image++) all.copyWithin(image * length, (count - 1) * length, count * length);
  return all;
}

function tensorOf(
  { framing: { width, height }, layout, channelCount }: ModelSpec,
  data: Numbers,
  size: number,
): Tensor {
  const dims = layout === 'NCHW' ? [size, channelCount, height, width] : [size, height, width, channelCount];
  if (!(data instanceof Uint16Array)) return new Tensor(data, dims);
  // Node 24 has a Float16Array, which onnxruntime-node 1.30 refuses; a plain object with the bits works.
  return { type: 'float16', data, dims, location: 'cpu', size: data.length } as unknown as Tensor;
}
