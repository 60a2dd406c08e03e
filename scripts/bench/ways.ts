import { readdirSync, readFileSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';

/** What a way needs: the pool and the photos, a folder to write to, and where transformers.js is installed. */
export type Work = {
  readonly models: string;
  readonly batch: string;
  readonly results: string;
  readonly transformers?: string;
};

/** Each runs every model over every photo. */
export const WAYS: Record<string, (work: Work) => Promise<unknown>> = {
  ours,
  pure,
  decoded,
  naive,
  transformers,
};

async function ours({ models, batch, results }: Work): Promise<void> {
  // Not above, or the other ways would load it, too.
  const { predictBatch } = await import('../../src/predictions/onnx/predict-batch.ts');
  await predictBatch({ models, descriptions: [], batch, results, refuseIfLost: async () => undefined });
}

/** As many one-thread workers as cores, inputs ready in memory; they take the next model, of one alone their part. */
async function pure(work: Work): Promise<void> {
  const next = new Int32Array(new SharedArrayBuffer(4));
  const workers = availableParallelism();
  const threads = Array.from({ length: workers }, (_, part) => {
    const thread = new Worker(new URL(import.meta.url), { workerData: { ...work, next, part, workers } });
    return new Promise((resolve, reject) => thread.once('exit', resolve).once('error', reject));
  });
  await Promise.all(threads);
}

/**
 * Reads and decodes each photo once by sharp, on as many threads as `measure` gives it, and does nothing with it; then `pure`.
 * No way through the pool that decodes by sharp can do with less.
 */
async function decoded(work: Work): Promise<void> {
  const photos = readdirSync(work.batch);
  sharp.cache(false);
  sharp.concurrency(1);
  const decodeOn = async () => {
    for (let photo = photos.pop(); photo !== undefined; photo = photos.pop()) {
      const image = sharp(readFileSync(join(work.batch, photo)), { ignoreIcc: true });
      await image.removeAlpha().toColourspace('srgb').raw().toBuffer();
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, decodeOn));
  await pure(work);
}

type Share = Work & { readonly next: Int32Array; readonly part: number; readonly workers: number };

if (!isMainThread) await runShare(workerData as Share);

async function runShare({ models, batch, next, part, workers }: Share): Promise<void> {
  const files = modelFiles(models);
  const photos = readdirSync(batch).length;
  const isAlone = files.length === 1;
  for (let at = isAlone ? 0 : Atomics.add(next, 0, 1); at < files.length; at = Atomics.add(next, 0, 1)) {
    const session = await InferenceSession.create(files[at]!, {
      ...{ intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 4 },
    });
    const size = sizeOf(session);
    const input = new Float32Array(8 * 3 * size * size).fill(0.5);
    for (let first = isAlone ? part * 8 : 0; first < photos; first += isAlone ? 8 * workers : 8) {
      const count = Math.min(8, photos - first);
      const pixels = input.subarray(0, count * 3 * size * size);
      await session.run({ pixel_values: new Tensor('float32', pixels, [count, 3, size, size]) });
    }
    await session.release();
    if (isAlone) return;
  }
}

/** Decodes and resizes each photo for each model, one at a time, as a first script does. */
async function naive({ models, batch }: Work): Promise<void> {
  for (const file of modelFiles(models)) {
    const session = await InferenceSession.create(file);
    const size = sizeOf(session);
    for (const photo of readdirSync(batch)) {
      const image = sharp(join(batch, photo)).resize(size, size, { fit: 'fill' }).removeAlpha();
      const pixels = await image.raw().toBuffer();
      const area = size * size;
      const valueAt = (at: number) => (pixels[(at % area) * 3 + Math.floor(at / area)]! / 255 - 0.5) / 0.25;
      const input = Float32Array.from({ length: pixels.length }, (_, at) => valueAt(at));
      await session.run({ pixel_values: new Tensor('float32', input, [1, 3, size, size]) });
    }
    await session.release();
  }
}

type Classify = ((file: string) => Promise<unknown>) & { dispose(): Promise<unknown> };
type Transformers = {
  readonly env: { localModelPath: string; allowRemoteModels: boolean };
  pipeline(task: 'image-classification', model: string, options: { dtype: 'fp32' }): Promise<Classify>;
};

/** As its documentation shows it: a pipeline a model, one photo after the other. */
async function transformers({ models, batch, transformers }: Work): Promise<void> {
  const { env, pipeline } = (await import(pathToFileURL(transformers!).href)) as Transformers;
  env.localModelPath = models;
  env.allowRemoteModels = false;
  for (const model of readdirSync(models)) {
    const classify = await pipeline('image-classification', model, { dtype: 'fp32' });
    for (const photo of readdirSync(batch)) await classify(join(batch, photo));
    await classify.dispose();
  }
}

/** The largest first, so that those who take the next one end together. */
function modelFiles(models: string): string[] {
  const files = readdirSync(models).map((name) => join(models, name, 'onnx', 'model.onnx'));
  return files.sort((a, b) => statSync(b).size - statSync(a).size);
}

function sizeOf({ inputMetadata }: InferenceSession): number {
  const [input] = inputMetadata;
  if (!input?.isTensor) throw new Error('no image goes in');
  return Number(input.shape[3]);
}
