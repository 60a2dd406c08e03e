import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { predictBatch } from '../../../src/predictions/onnx/predict-batch.ts';
import { alone } from '../../alone.ts';
import { colorModel, type Oddity } from './odd-models.ts';
import { put, putBatch } from './picture.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'modelpicker-blame-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await putBatch(join(root, 'batch'), 40);
});

async function predict(oddity: Oddity) {
  await put(join(root, 'models'), 'odd.onnx', colorModel(oddity));
  await put(join(root, 'models'), 'sound.onnx', colorModel());
  return predictBatch({
    models: join(root, 'models'),
    descriptions: [{ match: '*', mean: [0, 0, 0], std: [1, 1, 1] }],
    classes: ['red', 'green', 'blue'],
    batch: join(root, 'batch'),
    results: join(root, 'results'),
    limits: { workers: 1 },
    refuseIfLost: alone,
  });
}

/** Every process that this one starts to run the models, as it starts it; not those that only read their files. */
function onProcess(see: (child: ChildProcess, nth: number) => void): () => number {
  let count = 0;
  const listen = (message: unknown) => {
    const { process: child } = message as { process: ChildProcess };
    // Its arguments are known only after this.
    setImmediate(() => {
      if (!child.spawnargs.some((argument) => argument.includes('inference-process'))) return;
      count += 1;
      see(child, count);
    });
  };
  subscribe('child_process', listen);
  onTestFinished(() => void unsubscribe('child_process', listen));
  return () => count;
}

/** Kills a process whenever the model is at work in it. */
function killAtWork(child: ChildProcess, name: string, signal: NodeJS.Signals): void {
  child.on('message', (report: { kind: string; tasks?: { model: string }[] }) => {
    if (report.kind === 'running' && report.tasks?.some(({ model }) => model === name)) child.kill(signal);
  });
}

test('a model that crashes is tried once', async () => {
  const started = onProcess(() => undefined);
  const { leftOut } = await predict({ trouble: 'crash' });
  expect(leftOut).toMatchObject([{ name: 'odd' }]);
  expect(started()).toBe(2);
});

test('a model whose process is killed at the same block time after time is left out the third time', async () => {
  const started = onProcess((child) => killAtWork(child, 'odd', 'SIGKILL'));
  const { models, leftOut } = await predict({});
  expect(leftOut).toEqual([{ name: 'odd', reason: 'it ended the process that ran it (SIGKILL)' }]);
  expect(models.map(({ name }) => name)).toEqual(['sound']);
  expect(started()).toBe(4);
});

test.for(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const)('a %s from outside costs no model', async (signal) => {
  const started = onProcess((child, nth) => nth <= 2 && killAtWork(child, 'odd', signal));
  const { models, leftOut } = await predict({});
  expect(leftOut).toEqual([]);
  expect(models).toHaveLength(2);
  expect(started()).toBe(3);
});
