import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { HandOver } from '../../src/deploy/target.ts';
import { tritonTarget } from '../../src/deploy/triton.ts';
import { alone } from '../alone.ts';
import { colorModel, WEIGHT_BYTES } from '../predictions/onnx/odd-models.ts';
import { startTritonStandIn } from './triton-stand-in.ts';

async function openTriton() {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-triton-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const triton = await startTritonStandIn(join(folder, 'repository'));
  onTestFinished(triton.stop);
  const target = tritonTarget({
    ...{ name: 'triton', url: triton.url, repository: join(folder, 'repository'), model: 'wildlife' },
    ...{ now: () => new Date('2026-11-02T12:00:00Z'), signal: new AbortController().signal },
    refuseIfLost: alone,
  });
  const winner = async (batch: string, name: string): Promise<HandOver> => {
    const model = join(folder, `${name}.onnx`);
    await copyFile(`data/demo/models/${name}.onnx`, model);
    const sha256 = createHash('sha256')
      .update(await readFile(model))
      .digest('hex');
    const figures = { confidence: 0.96, tolerance: 0.005, accuracy: 0.9, accuracySd: 0.01, labels: 40 };
    const result = {
      number: 1,
      because: 'confident' as const,
      isWinner: true,
      model: name,
      tiedWith: [],
      annotators: [],
    };
    return { batch, result: { ...result, ...figures }, model, sha256, classes: ['cat', 'dog'] };
  };
  return { folder, triton, target, winner };
}

test('a winner is renamed in as the next version, loaded, and read back; twice is once; back is a version again', async () => {
  const { folder, triton, target, winner } = await openTriton();
  expect(await target.serving()).toBeUndefined();
  const [fog, rain] = [await winner('monday', 'fog'), await winner('tuesday', 'rain')];
  await target.handOver(fog);
  await target.handOver(rain);
  await target.handOver(rain);
  expect(await target.serving()).toMatchObject({ batch: 'tuesday', model: 'rain', sha256: rain.sha256 });
  const model = join(folder, 'repository/wildlife');
  expect((await readdir(model)).sort()).toEqual(['1', '2']);
  expect((await readdir(join(model, '2'))).sort()).toEqual(['deployed.json', 'model.onnx']);
  await target.handOver({ ...fog, pinned: { id: 'tuesday-pin-1', by: 'U9', at: '2026-11-03T12:00:00Z' } });
  expect(await target.serving()).toMatchObject({ batch: 'monday', model: 'fog', pinned: 'tuesday-pin-1' });
  expect(triton.loads).toBe(4);
});

test('weights that are a file of their own go into the version’s folder with the model', async () => {
  const { folder, target, winner } = await openTriton();
  const fog = await winner('monday', 'fog');
  const bytes = colorModel({ external: 'split.data' });
  await writeFile(fog.model!, bytes);
  await writeFile(join(folder, 'split.data'), WEIGHT_BYTES);
  const sha256 = createHash('sha256').update(bytes).update(WEIGHT_BYTES).digest('hex');
  await target.handOver({ ...fog, sha256 });
  expect(await target.serving()).toMatchObject({ model: 'fog', sha256 });
  const version = join(folder, 'repository/wildlife/1');
  expect((await readdir(version)).sort()).toEqual(['deployed.json', 'model.onnx', 'split.data']);
  expect(await readFile(join(version, 'split.data'))).toEqual(WEIGHT_BYTES);
});

test('what Triton refuses, did not load, or cannot have is told with the cure', async () => {
  const { triton, target, winner } = await openTriton();
  const fog = await winner('monday', 'fog');
  triton.mode = 'poll';
  await expect(target.handOver(fog)).rejects.toThrow(/Triton refuses \(503\).*--model-control-mode=explicit/);
  triton.mode = 'explicit';
  triton.isSlow = true;
  await expect(target.handOver(fog)).rejects.toThrow(
    /has loaded version none of wildlife, not 1: is its version_policy latest/,
  );
  triton.isSlow = false;
  await target.handOver(fog);
  const { model: _file, ...named } = fog;
  await expect(target.handOver(named)).rejects.toThrow(/has no file, so Triton cannot serve it/);
  await expect(target.handOver({ ...fog, batch: 'tuesday', sha256: 'ab' })).rejects.toThrow(/Put back the one/);
  expect(await target.serving()).toMatchObject({ batch: 'monday' });
});
