import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { fingerprintOf } from '../../src/deploy/model-files.ts';
import { openTargets } from '../../src/deploy/open-targets.ts';
import type { Target } from '../../src/deploy/target.ts';
import { TargetSetting } from '../../src/deploy/target-setting.ts';
import { listModels } from '../../src/predictions/onnx/describe/list-models.ts';
import { fetchedVersion, fetchPool } from '../../src/predictions/registry-pool.ts';
import type { Predicted } from '../../src/predictions/source.ts';
import { alone } from '../alone.ts';
import { colorModel, WEIGHT_BYTES } from '../predictions/onnx/odd-models.ts';
import { answerTruly, type Bench, openBench, predictedBatch } from '../task/bench.ts';
import { noMlflow, type RealMlflow, startMlflow } from './mlflow-server.ts';
import { startMlflowStandIn } from './mlflow-stand-in.ts';

const [fog, rain] = ['data/demo/models/fog.onnx', 'data/demo/models/rain.onnx'];
const sha256 = async (file: string) =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

const servers = [
  { called: 'a stand-in for MLflow', start: startMlflowStandIn, missing: undefined },
  { called: 'a real MLflow server', start: startMlflow, missing: noMlflow },
];

describe.each(servers)('$called', ({ start, missing }) => {
  describe.skipIf(missing !== undefined)(missing === undefined ? '' : `(skipped: ${missing})`, () => {
    let mlflow: RealMlflow;
    beforeAll(async () => {
      mlflow = await start();
    }, 320_000);
    afterAll(() => mlflow?.stop());

    const { signal } = new AbortController();
    function target(
      setting: Record<string, unknown>,
      versionOf: Parameters<typeof openTargets>[1]['versionOf'] = async () => undefined,
    ): Target {
      const targets = openTargets([TargetSetting.parse({ to: 'mlflow', url: mlflow.url, ...setting })], {
        ...{ folder: '.', data: '.', now: () => new Date(), log: () => {}, signal, environment: {} },
        versionOf,
        refuseIfLost: alone,
      });
      return targets.others[0]!;
    }
    async function aliased(name: string): Promise<{ version: string; tags: { key: string; value: string }[] }> {
      const said = await mlflow.call('GET', `/registered-models/alias?name=${name}&alias=champion`);
      return (said as unknown as { model_version: { version: string; tags: { key: string; value: string }[] } })
        .model_version;
    }

    /** Days on which the first two models of the pool take turns at being best. */
    function predictedOn(batch: string): Predicted {
      const predicted = predictedBatch();
      const [one, two, ...others] = predicted.models;
      return Number(batch.slice(-2)) % 2 === 0 ? predicted : { ...predicted, models: [two!, one!, ...others] };
    }
    async function openDays(served: Target): Promise<Bench> {
      let batch = '2026-11-02';
      return openBench({
        targets: [served],
        source: {
          predict: async ({ name }) => {
            batch = name;
            return predictedOn(batch);
          },
          recall: async (name) => predictedOn(name),
        },
      });
    }
    async function label(bench: Bench, batch: string): Promise<void> {
      bench.arrived.batch = batch;
      await expect.poll(() => bench.task.look().then(() => bench.room.card().batch), { timeout: 60_000 }).toBe(batch);
      while (bench.room.card().now.kind === 'asking') await answerTruly(bench);
      await bench.task.handedOver();
    }
    const pass = async (bench: Bench, seconds: number) => {
      bench.clock.now = new Date(bench.clock.now.getTime() + 1000 * seconds);
      await bench.task.advance();
      await bench.task.handedOver();
    };

    test('the alias moves with the winner, and back with a rollback', { timeout: 120_000 }, async () => {
      await mlflow.register('moves', fog, { sha256: '13' });
      await mlflow.register('moves', rain, { sha256: '7' });
      const served = target({ models: ['moves'] });
      const bench = await openDays(served);
      await label(bench, '2026-11-02');
      expect(await aliased('moves')).toMatchObject({ version: '1' });
      await label(bench, '2026-11-03');
      expect(await aliased('moves')).toMatchObject({ version: '2' });
      expect(await served.serving()).toMatchObject({ batch: '2026-11-03', model: 'wrong-7', sha256: '7', result: 1 });
      await bench.task.pin({ kind: 'winner', named: { batch: '2026-11-02', result: 1 }, by: 'U9', why: 'cameras' });
      await bench.task.idle();
      await bench.task.handedOver();
      const { version, tags } = await aliased('moves');
      expect(version).toBe('1');
      expect(tags.find(({ key }) => key === 'modelpicker.pinned')?.value).toContain('cameras');
    });

    test('a server that was down for three rounds has the right alias within a minute, and nothing twice', {
      timeout: 180_000,
    }, async () => {
      await mlflow.register('down', fog, { sha256: '13' });
      await mlflow.register('down', rain, { sha256: '7' });
      const bench = await openDays(target({ models: ['down'] }));
      await label(bench, '2026-11-02');
      mlflow.isShut = true;
      onTestFinished(() => {
        mlflow.isShut = false;
      });
      // People label on meanwhile, and every winner is announced.
      for (const day of ['2026-11-03', '2026-11-04', '2026-11-05']) {
        await label(bench, day);
        await pass(bench, 3_600);
        expect(bench.room.posts).toContain(`${day}:result:1`);
      }
      expect(bench.deployed).toHaveLength(4);
      expect(bench.room.messages.get('2026-11-05:result:1')).toMatchObject({
        announcement: { lacking: [expect.stringMatching(/^mlflow .*down@champion$/)] },
      });
      expect(bench.room.told.filter(({ kind }) => kind === 'hand-over')).toHaveLength(3);
      expect(bench.room.told.at(-1)?.problem).toMatch(/did not answer.*Is it running/);
      mlflow.asked.length = 0;
      mlflow.isShut = false;
      for (const _ of [1, 2, 3]) await pass(bench, 20);
      expect(await aliased('down')).toMatchObject({ version: '2' });
      expect(mlflow.asked.filter((one) => one.includes('/alias'))).toHaveLength(1);
      await pass(bench, 60);
      expect(mlflow.asked.filter((one) => one.includes('/alias'))).toHaveLength(1);
      await bench.task.idle();
      expect(bench.room.messages.get('2026-11-05:result:1')).not.toHaveProperty('announcement.lacking');
      // After a restart it is looked at, and left as it is.
      await bench.restart();
      await bench.task.handedOver();
      expect(mlflow.asked.filter((one) => one.includes('/alias'))).toHaveLength(1);
    });

    test('of several registered models only the winner’s keeps the alias; one without a file is known by a tag', async () => {
      await mlflow.register('a', fog, { sha256: await sha256(fog) });
      await mlflow.register('b', rain, { 'modelpicker.name': 'clip' });
      const served = target({ models: ['a', 'b'] });
      const winner = winnerNamed('fog');
      await served.handOver({ ...winner, model: fog, sha256: await sha256(fog) });
      expect(await served.serving()).toMatchObject({ model: 'fog' });
      await served.handOver({ ...winner, sha256: 'ab', result: { ...winner.result, model: 'clip' } });
      expect(await served.serving()).toMatchObject({ model: 'clip', sha256: 'ab' });
      await expect(aliased('a')).rejects.toThrow(/not found/);
      const unknown = { ...winner, model: rain, sha256: 'cd' };
      await expect(served.handOver(unknown)).rejects.toThrow(/tag the one that does with sha256 = cd, or set register/);
    });

    test('asked to register, it sends the file as a new version that holds it', async () => {
      await mlflow.register('sent', fog, {});
      const served = target({ models: ['sent'], register: true });
      const winner = winnerNamed('rain');
      for (const _ of [1, 2]) await served.handOver({ ...winner, model: rain, sha256: await sha256(rain) });
      expect(await aliased('sent')).toMatchObject({ version: '2' });
      const folder = await newFolder();
      await mlflow.call('POST', '/model-versions/set-tag', { name: 'sent', version: '2', key: 'ok', value: 'yes' });
      expect(await fetchPool(poolOf(folder, ['sent'], { ok: 'yes' }))).toEqual([]);
      expect(await sha256(join(folder, 'pool/sent-v2/model.onnx'))).toBe(await sha256(rain));
    });

    test('of two versions that differ only in weights beside the model, each is known by both files, and fetched anew', async () => {
      const passed = { validation: 'passed' };
      const made = await newFolder();
      await writeFile(join(made, 'model.onnx'), colorModel({ external: 'model.data' }));
      for (const weights of [WEIGHT_BYTES, Buffer.from(WEIGHT_BYTES).fill(1, 0, 2)]) {
        await writeFile(join(made, 'model.data'), weights);
        await mlflow.register('split', join(made, 'model.onnx'), passed, join(made, 'model.data'));
      }
      const options = poolOf(await newFolder(), ['split'], passed);
      expect(await fetchPool(options)).toEqual([]);
      const fetched = ['split-v1', 'split-v2'].map((name) => join(options.folder, name, 'model.onnx'));
      const [first, second] = await Promise.all(fetched.map(fingerprintOf));
      expect(second).not.toBe(first);
      const versionOf = (sha: string) => fetchedVersion(options.folder, sha, fingerprintOf);
      expect(await versionOf(first!)).toEqual({ name: 'split', version: '1' });
      expect(await versionOf(second!)).toEqual({ name: 'split', version: '2' });
      expect(await versionOf(await sha256(fetched[0]!))).toBeUndefined();

      const served = target({ models: ['split'] }, versionOf);
      const winner = winnerNamed('split-v2');
      await served.handOver({ ...winner, model: fetched[1]!, sha256: second! });
      expect(await aliased('split')).toMatchObject({ version: '2' });
      expect(await served.serving()).toMatchObject({ model: 'split-v2', sha256: second });
      // Its tag now names both files, and another machine that fetches it is not told that it is another one.
      const elsewhere = poolOf(await newFolder(), ['split'], passed);
      expect(await fetchPool(elsewhere)).toEqual([]);
      expect((await listModels(elsewhere.folder)).map(({ name }) => name)).toEqual(['split-v1', 'split-v2']);
      await mlflow.call('POST', '/model-versions/set-tag', {
        ...{ name: 'split', version: '2', key: 'sha256', value: first },
      });
      const again = poolOf(await newFolder(), ['split'], passed);
      expect(await fetchPool(again)).toEqual([
        { name: 'split-v2', reason: expect.stringMatching(/not the one that its tag/) },
      ]);
    });

    async function newFolder(): Promise<string> {
      const folder = await mkdtemp(join(tmpdir(), 'modelpicker-registry-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      return folder;
    }
    const poolOf = (folder: string, names: string[], passed: Record<string, string>) => ({
      ...{
        server: { url: mlflow.url, signal },
        names,
        passed,
        tag: 'sha256',
        folder: join(folder, 'pool'),
        fingerprintOf,
      },
    });

    test('a pool of four versions, one without the tag: three come, each once, and who loses the tag leaves', async () => {
      const passed = { validation: 'passed' };
      await mlflow.register('pool', fog, { ...passed, sha256: await sha256(fog) });
      await mlflow.register('pool', rain, passed);
      await mlflow.register('pool', 'data/demo/models/snow.onnx', {});
      await mlflow.register('pool', 'data/demo/models/snow.onnx', { ...passed, sha256: 'of another file' });
      await mlflow.register('pool 2', 'data/demo/models/snow.onnx', passed);
      const folder = await newFolder();
      const options = poolOf(folder, ['pool', 'pool 2'], passed);
      expect(await fetchPool(options)).toEqual([
        { name: 'pool-v4', reason: expect.stringMatching(/not the one that its tag/) },
      ]);
      expect((await readdir(options.folder)).sort()).toEqual(['pool-v1', 'pool-v2', 'pool_2-v1']);
      const { mtimeMs } = await import('node:fs').then(({ statSync }) => statSync(join(options.folder, 'pool-v1')));
      await mlflow.call('POST', '/model-versions/set-tag', {
        name: 'pool',
        version: '2',
        key: 'validation',
        value: 'failed',
      });
      expect(await fetchPool(options)).toContainEqual({ name: 'pool-v2', reason: expect.stringMatching(/any more/) });
      expect(await readdir(options.folder)).not.toContain('pool-v2');
      const again = await import('node:fs').then(({ statSync }) => statSync(join(options.folder, 'pool-v1')));
      expect(again.mtimeMs).toBe(mtimeMs);
      expect(await fetchedVersion(options.folder, await sha256(fog), fingerprintOf)).toEqual({
        name: 'pool',
        version: '1',
      });
      mlflow.isShut = true;
      await expect(fetchPool(options)).rejects.toThrow(/did not answer/);
      mlflow.isShut = false;
    });

    test('what has left stays on the disk while it may be asked for, then goes with its files; a newer one without the tag is named', async () => {
      const passed = { validation: 'passed' };
      const tag = (version: string, value: string) =>
        mlflow.call('POST', '/model-versions/set-tag', { name: 'kept', version, key: 'validation', value });
      await mlflow.register('kept', fog, passed);
      await mlflow.register('kept', rain, passed);
      await mlflow.register('kept', rain, {});
      const folder = await newFolder();
      const options = poolOf(folder, ['kept'], passed);
      const names = async () => (await listModels(options.folder)).map(({ name }) => name);
      const without = { name: 'kept-v3', reason: 'it does not have the tag validation = passed, so it has not passed' };
      expect(await fetchPool(options)).toEqual([without]);
      expect(await names()).toEqual(['kept-v1', 'kept-v2']);
      await tag('1', 'failed');
      const isNeeded = async (model: string) => (await sha256(model)) === (await sha256(fog));
      const left = { name: 'kept-v1', reason: 'it is not ready with the tag validation = passed any more' };
      expect(await fetchPool({ ...options, isNeeded })).toEqual([without, left]);
      expect(await names()).toEqual(['kept-v2']);
      // A hand-over that was begun, or goes back to it, finds it where it was.
      expect(await sha256(join(options.folder, 'kept-v1/model.onnx'))).toBe(await sha256(fog));
      expect(await fetchedVersion(options.folder, await sha256(fog), fingerprintOf)).toEqual({
        name: 'kept',
        version: '1',
      });
      expect(await fetchPool({ ...options, isNeeded })).toEqual([without]);
      await tag('1', 'passed');
      await fetchPool({ ...options, isNeeded });
      expect(await names()).toEqual(['kept-v1', 'kept-v2']);
      await tag('1', 'failed');
      await fetchPool({ ...options, isNeeded: async () => false });
      expect(await readdir(options.folder)).toEqual(['kept-v2']);
      expect(await readdir(join(folder, 'files'))).toEqual([await sha256(rain)]);
    });
  });
});

function winnerNamed(model: string) {
  const about = { number: 1, because: 'confident' as const, isWinner: true, tiedWith: [], annotators: [] };
  const figures = { confidence: 0.96, tolerance: 0.005, accuracy: 0.9, accuracySd: 0.01, labels: 40 };
  return { batch: 'monday', classes: ['cat', 'dog'], result: { ...about, ...figures, model } };
}
