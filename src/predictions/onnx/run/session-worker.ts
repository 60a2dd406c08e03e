import { parentPort } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ModelSpec } from '../describe/model-spec.ts';
import { runSizeOf } from './job.ts';
import { inputNumbers } from './model-input.ts';
import type { Answers, BlockReply, BlockTask, ToOpen } from './protocol.ts';
import { readAnswers } from './read-answers.ts';

type Loaded = Omit<ToOpen, 'file'> & { readonly session: InferenceSession; batch: number };

const open = new Map<string, Loaded>();

parentPort!.on('message', async (task: BlockTask) => {
  parentPort!.postMessage(await answer(task));
});

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
  for (let first = 0; first < task.count; first += batch) {
    const count = Math.min(batch, task.count - first);
    // An open batch runs just what is left; a fixed one runs full, and what follows the last image is ignored.
    const size = spec.batch || count;
    const outputs = await session.run({ [spec.input]: tensorOf(spec, task.inputs, first, size) }, [spec.output]);
    readAnswers(outputs[spec.output]!, { ...loaded, single: spec.single, first, count, size }, answers);
  }
  return answers;
}

function tensorOf(spec: ModelSpec, inputs: SharedArrayBuffer, first: number, size: number): Tensor {
  const { width, height } = spec.framing;
  const { channelCount } = spec;
  const data = inputNumbers(spec, inputs, first, size);
  const dims = spec.layout === 'NCHW' ? [size, channelCount, height, width] : [size, height, width, channelCount];
  if (!(data instanceof Uint16Array)) return new Tensor(data, dims);
  // Node 24 has a Float16Array, which onnxruntime-node 1.30 refuses; a plain object with the bits works.
  return { type: 'float16', data, dims, location: 'cpu', size: data.length } as unknown as Tensor;
}
