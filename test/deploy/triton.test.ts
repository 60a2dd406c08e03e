import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { HandOver } from '../../src/deploy/target.ts';
import { tritonTarget } from '../../src/deploy/triton.ts';

/**
 * A stand-in for Triton in explicit mode, and no more: written from the documentation of its model repository extension. It
 * serves the highest version that it finds when it is told to load.
 *
 * @see https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_model_repository.md
 */
async function openStandIn(repository: string) {
  const state = { mode: 'explicit', loads: 0, isSlow: false };
  let loaded: string | undefined;
  const highest = async (model: string) => {
    const names = await readdir(join(repository, model));
    return names.filter((name) => /^[1-9]\d*$/.test(name)).sort((a, b) => Number(b) - Number(a))[0];
  };
  const server = createServer(async (request, response) => {
    const [, model] = /^\/v2\/repository\/models\/(.+)\/load$/.exec(request.url!) ?? [];
    if (model !== undefined && state.mode !== 'explicit')
      return response
        .writeHead(503)
        .end('{"error":"explicit model load / unload is not allowed if polling is enabled"}');
    if (model !== undefined) {
      state.loads += 1;
      if (!state.isSlow) loaded = await highest(model);
      return response.writeHead(200).end();
    }
    if (request.url !== '/v2/repository/index') return response.writeHead(404).end();
    const index =
      loaded === undefined ? [{ name: 'wildlife' }] : [{ name: 'wildlife', version: loaded, state: 'READY' }];
    return response.writeHead(200).end(JSON.stringify([...index, { name: 'other', version: '9', state: 'READY' }]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return Object.assign(state, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
}

async function openTriton() {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-triton-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const triton = await openStandIn(join(folder, 'repository'));
  const target = tritonTarget({
    ...{ name: 'triton', url: triton.url, repository: join(folder, 'repository'), model: 'wildlife' },
    ...{ now: () => new Date('2026-11-02T12:00:00Z'), signal: new AbortController().signal },
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
