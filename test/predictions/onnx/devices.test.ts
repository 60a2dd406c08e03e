import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { PoolModel } from '../../../src/predictions/onnx/describe/described-model.ts';
import { type DeviceReport, withoutDevice } from '../../../src/predictions/onnx/devices/devices.ts';
import type { Provider } from '../../../src/predictions/onnx/devices/provider.ts';
import { predictBatch } from '../../../src/predictions/onnx/predict-batch.ts';
import { jobOf, runSizeOf } from '../../../src/predictions/onnx/run/job.ts';
import { preparePool } from '../../../src/predictions/onnx/run/prepare-pool.ts';
import { alone } from '../../alone.ts';
import { colorModel } from './odd-models.ts';
import { put, putBatch } from './picture.ts';

const CLASSES = ['red', 'green', 'blue'];
const PLAIN = { match: '*', mean: [0, 0, 0], std: [1, 1, 1] };
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'modelpicker-devices-'));
  for (const name of ['one', 'two']) await put(join(root, 'models'), `${name}.onnx`, colorModel());
});
afterEach(() => rm(root, { recursive: true }));

/** `one` runs on these providers, `two` on the processor. */
function request(providers: Provider[]) {
  return {
    models: join(root, 'models'),
    classes: CLASSES,
    descriptions: [{ ...PLAIN, match: 'one', providers }, PLAIN],
  };
}

async function oneOn(...providers: Provider[]): Promise<PoolModel> {
  const { models } = await preparePool({ ...request(providers), isElsewhere: true });
  return models.find(({ name }) => name === 'one')!;
}

/** On no system are there both. */
const foreign = process.platform === 'win32' ? 'coreml' : 'dml';

test('a model that asks for what is not here is left out, with what is, and the others run', async () => {
  const { models, leftOut } = await preparePool(request([foreign, 'cpu']));
  expect(models.map(({ name }) => name)).toEqual(['two']);
  expect(leftOut).toEqual([
    { name: 'one', reason: expect.stringMatching(/"(dml|coreml)", which is not available here/) },
  ]);
  expect(leftOut[0]!.reason).toMatch(/there is (only )?cpu.*on (Windows|macOS) alone; take it out of "providers"/);
});

test('where nobody can run, the reason says how to get the device', async () => {
  const report: DeviceReport = {
    cpu: null,
    webgpu: null,
    cuda: 'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
  };
  const [left] = await withoutDevice([await oneOn('cuda')], async () => report);
  expect(left).toMatchInlineSnapshot(`
    {
      "name": "one",
      "reason": "it is to run on "cuda", which is not available here (Failed to load shared library): there is cpu and webgpu. On linux x64 with CUDA 12 and cuDNN 9, ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node brings it; or take it out of "providers"",
    }
  `);
  expect(await withoutDevice([await oneOn('webgpu', 'cpu')], async () => report)).toEqual([]);
});

test('where other machines run the models, this one needs no device', async () => {
  const { models } = await preparePool({ ...request([foreign]), isElsewhere: true });
  expect(models.map(({ name, spec }) => [name, spec.providers])).toEqual([
    ['one', [foreign]],
    ['two', undefined],
  ]);
});

test('devices get larger runs and fewer threads; the processor keeps what it had, also by name', async () => {
  const [onDevice, named] = [await oneOn('cuda', 'cpu'), await oneOn('cpu')];
  expect(named.spec.providers).toBeUndefined();
  const sized = (size: number, batch = 0) => {
    const { framing } = onDevice.spec;
    return runSizeOf({ ...onDevice.spec, batch, framing: { ...framing, width: size, height: size } });
  };
  expect([sized(224), sized(384), sized(1024), sized(224, 4)]).toEqual([64, 16, 8, 4]);
  const job = (model: PoolModel) => {
    const of = { models: [model], classMaps: [undefined], classes: CLASSES };
    return jobOf(of, root, Array(10_000).fill({ file: 'a.jpg', sha256: 'a' }), root);
  };
  expect(job(onDevice).workers).toBeLessThanOrEqual(2);
  expect(job(onDevice).blockSize % runSizeOf(onDevice.spec)).toBe(0);
});

/** A driver that computes on the processor, as Chromium brings it: to ONNX Runtime it is a GPU. */
const SOFTWARE_GPU = '/usr/lib/chromium/vk_swiftshader_icd.json';
const hasOne = process.platform === 'linux' && existsSync(SOFTWARE_GPU);
const why = hasOne ? '' : ` (skipped: there is no ${SOFTWARE_GPU}, Chromium's software GPU)`;

describe.skipIf(!hasOne)(`on WebGPU${why}`, () => {
  beforeEach(() => {
    const before = process.env.VK_ICD_FILENAMES;
    process.env.VK_ICD_FILENAMES = SOFTWARE_GPU;
    onTestFinished(() => {
      if (before === undefined) delete process.env.VK_ICD_FILENAMES;
      else process.env.VK_ICD_FILENAMES = before;
    });
  });

  test('a model says the same as on the processor, and what it said is kept apart', async () => {
    await putBatch(join(root, 'batch'), 4);
    const [batch, results] = [join(root, 'batch'), join(root, 'results')];
    const said = await predictBatch({ ...request(['webgpu', 'cpu']), batch, results, refuseIfLost: alone });
    expect(said.leftOut).toEqual([]);
    expect(said.models.map(({ name, providers }) => [name, providers])).toEqual([
      ['one', ['webgpu', 'cpu']],
      ['two', undefined],
    ]);
    expect([...said.predictions.classes]).toEqual([0, 0, 1, 1, 2, 2, 0, 0]);
    expect(await readdir(join(results, 'cells'))).toHaveLength(2);
    // Asked again on the processor, it looks at every image again.
    await rm(join(results, 'predicted.json'));
    const again = await predictBatch({ ...request(['cpu']), batch, results, refuseIfLost: alone });
    expect([...again.predictions.classes]).toEqual([...said.predictions.classes]);
    expect(again.models.map(({ providers }) => providers)).toEqual([undefined, undefined]);
    expect(await readdir(join(results, 'cells'))).toHaveLength(3);
  });
});
