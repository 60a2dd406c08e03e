/**
 * Times the pool over a batch in one run, interleaved: ours, pure ONNX Runtime (as many one-thread workers, inputs ready
 * in memory), and the naive loop (each model decodes each image). Models are made here, with random weights.
 *
 * Run: npm exec -- node scripts/bench-inference.ts [PHOTOS]
 */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { predictBatch } from '../src/inference/predict-batch.ts';
import { type Graph, writeOnnx } from '../test/inference/onnx-writer.ts';

const OPTIONS = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 4 } as const;
const ROUNDS = 3;

type Pool = { name: string; models: number; size: number; channels: number; depth: number };

const POOLS: Pool[] = [
  { name: '1 large', models: 1, size: 224, channels: 32, depth: 6 },
  { name: '12 large', models: 12, size: 224, channels: 16, depth: 6 },
  { name: '6 small', models: 6, size: 224, channels: 8, depth: 4 },
  { name: '100 tiny', models: 100, size: 32, channels: 8, depth: 3 },
];

if (isMainThread) await bench(Number(process.argv[2] ?? 96));
else parentPort!.postMessage(await runPure(workerData as PureWork));

async function bench(photos: number): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'modelpicker-bench-'));
  try {
    for (const pool of POOLS) {
      const folder = join(root, pool.name);
      await makePool(folder, pool);
      await makePhotos(join(folder, 'batch'), photos, pool.size === 32 ? 32 : 500);
      const rows: { pure: number; ours: number; naive: number }[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const pure = await timed(() => purely(folder, pool, photos));
        const ours = await timed(() => predict(folder, round));
        const naive = await timed(() => naively(folder, pool));
        rows.push({ pure, ours: ours / pure, naive: naive / ours });
      }
      const median = (key: 'pure' | 'ours' | 'naive') =>
        rows.map((row) => row[key]).sort((a, b) => a - b)[ROUNDS >> 1]!;
      console.log(
        `${pool.name.padEnd(9)} x ${photos} photos: pure ${(median('pure') / 1000).toFixed(2)} s, ` +
          `ours ${median('ours').toFixed(2)} of pure, naive ${median('naive').toFixed(2)} of ours`,
      );
    }
  } finally {
    await rm(root, { recursive: true });
  }
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await run();
  return performance.now() - startMs;
}

function predict(folder: string, round: number): Promise<unknown> {
  return predictBatch({
    models: join(folder, 'models'),
    descriptions: [{ match: '*', mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] }],
    classes: Array.from({ length: 10 }, (_, index) => `class ${index}`),
    batch: join(folder, 'batch'),
    results: join(folder, `results-${round}`),
  });
}

/** Decodes and resizes each image for each model, one at a time, as a first script does. */
async function naively(folder: string, { size }: Pool): Promise<void> {
  const files = await readdir(join(folder, 'batch'));
  for (const model of await readdir(join(folder, 'models'))) {
    const session = await InferenceSession.create(join(folder, 'models', model));
    for (const file of files) {
      const pixels = await sharp(join(folder, 'batch', file))
        .resize(size, size)
        .removeAlpha()
        .raw()
        .toBuffer();
      const input = Float32Array.from({ length: pixels.length }, (_, at) => {
        const area = size * size;
        return (pixels[(at % area) * 3 + Math.floor(at / area)]! / 255 - 0.5) / 0.25;
      });
      await session.run({ image: new Tensor('float32', input, [1, 3, size, size]) });
    }
    await session.release();
  }
}

type PureWork = { files: string[]; size: number; photos: number };

async function purely(folder: string, { size }: Pool, photos: number): Promise<void> {
  const names = await readdir(join(folder, 'models'));
  const files = names.map((name) => join(folder, 'models', name));
  const workers = availableParallelism();
  const shares = Array.from({ length: workers }, (_, worker) => {
    // A pool of one is shared by its images, a larger one by its models.
    if (files.length === 1) return { files, size, photos: Math.ceil(photos / workers) };
    return { files: files.filter((_, index) => index % workers === worker), size, photos };
  });
  await Promise.all(shares.map((workerData) => ended(new Worker(new URL(import.meta.url), { workerData }))));
}

function ended(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
}

async function runPure({ files, size, photos }: PureWork): Promise<'done'> {
  const input = new Float32Array(8 * 3 * size * size).fill(0.5);
  for (const file of files) {
    const session = await InferenceSession.create(file, OPTIONS);
    for (let at = 0; at < photos; at += 8) {
      const count = Math.min(8, photos - at);
      await session.run({
        image: new Tensor('float32', input.subarray(0, count * 3 * size * size), [count, 3, size, size]),
      });
    }
    await session.release();
  }
  return 'done';
}

async function makePool(folder: string, pool: Pool): Promise<void> {
  await mkdir(join(folder, 'models'), { recursive: true });
  for (let index = 0; index < pool.models; index++) {
    await writeFile(join(folder, 'models', `model-${index}.onnx`), writeOnnx(network(pool, index)));
  }
}

/** Convolutions, every second one halving the image, then the mean and ten scores. */
function network({ size, channels, depth }: Pool, seed: number): Graph {
  const graph: Graph = {
    nodes: [],
    inputs: [{ name: 'image', type: 'float32', shape: ['N', 3, size, size] }],
    outputs: [{ name: 'scores', type: 'float32', shape: ['N', 10] }],
    weights: [],
  };
  const weights = (name: string, shape: number[]) => {
    const length = shape.reduce((product, side) => product * side, 1);
    const data = Float32Array.from(
      { length },
      (_, at) => Math.sin((at + 1) * (seed + 2)) / Math.sqrt(length / shape[0]!),
    );
    graph.weights!.push({ name, shape, data });
    return name;
  };
  let [last, width] = ['image', 3];
  for (let layer = 0; layer < depth; layer++) {
    const next = channels * 2 ** Math.floor(layer / 2);
    const strides = layer % 2 === 0 ? [2, 2] : [1, 1];
    const inputs = [last, weights(`kernel ${layer}`, [next, width, 3, 3])];
    graph.nodes.push({ op: 'Conv', inputs, outputs: [`sum ${layer}`], attributes: { pads: [1, 1, 1, 1], strides } });
    graph.nodes.push({ op: 'Relu', inputs: [`sum ${layer}`], outputs: [`layer ${layer}`] });
    [last, width] = [`layer ${layer}`, next];
  }
  graph.nodes.push({ op: 'GlobalAveragePool', inputs: [last], outputs: ['means'] });
  graph.nodes.push({ op: 'Flatten', inputs: ['means'], outputs: ['flat'], attributes: { axis: 1 } });
  graph.nodes.push({ op: 'MatMul', inputs: ['flat', weights('head', [width, 10])], outputs: ['scores'] });
  return graph;
}

async function makePhotos(folder: string, count: number, width: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const height = width === 500 ? 375 : width;
  for (let index = 0; index < count; index++) {
    const noise = { type: 'gaussian' as const, mean: 128, sigma: 20 + (index % 30) };
    const image = sharp({ create: { width, height, channels: 3, background: '#808080', noise } });
    await image.jpeg({ quality: 85 }).toFile(join(folder, `photo-${String(index).padStart(4, '0')}.jpg`));
  }
}
