import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { readPool } from '../../../../src/predictions/onnx/describe/pool.ts';
import { colorModel } from '../odd-models.ts';
import { put } from '../picture.ts';

const FOR_ALL = [{ match: '*', mean: [0], std: [1] }];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelpicker-files-'));
  onTestFinished(() => rm(folder, { recursive: true }));
});

test('hidden, temporary and half-written files stay out of the pool, and so do what macOS and drives add', async () => {
  const passedOver = [
    ...[
      '._model.onnx',
      '.ipynb_checkpoints/model-checkpoint.onnx',
      '__MACOSX/model.onnx',
      '~model.onnx',
      '@eaDir/x.onnx',
    ],
    ...['model.tmp.onnx', 'model.part.onnx', '#model.onnx', '.git/model.onnx'],
  ];
  for (const path of ['model.onnx', ...passedOver]) await put(folder, `mac/${path}`, colorModel());
  await mkdir(join(folder, 'a folder.onnx'));
  const { models, leftOut } = await readPool(folder, FOR_ALL);
  expect(models.map(({ name }) => name)).toEqual(['mac']);
  expect(leftOut).toEqual([]);
});

test('a pipe named as a model costs only itself, and so do weights that never come', async () => {
  execFileSync('mkfifo', [join(folder, 'a pipe.onnx'), join(folder, 'never.data')]);
  await put(folder, 'endless weights.onnx', colorModel({ external: 'never.data' }));
  await put(folder, 'good.onnx', colorModel());
  const { models, leftOut } = await readPool(folder, FOR_ALL, 5_000);
  expect(models.map(({ name }) => name)).toEqual(['good']);
  expect(leftOut).toEqual([
    { name: 'a pipe', reason: 'it is not a file (a pipe, a device or a folder)' },
    { name: 'endless weights', reason: 'it did not answer for 5 s: a pipe, or a drive that hangs?' },
  ]);
});

test('a dimension that is a mistake costs only its model', async () => {
  await put(folder, 'good.onnx', colorModel());
  await put(folder, 'huge batch.onnx', colorModel({ batch: 2 ** 31 }));
  await put(folder, 'huge.onnx', colorModel({ size: 2 ** 40 }));
  const { models, leftOut } = await readPool(folder, FOR_ALL);
  expect(models.map(({ name }) => name)).toEqual(['good']);
  expect(leftOut.map(({ reason }) => reason)).toEqual(
    Array(2).fill(expect.stringContaining('larger than any classifier’s')),
  );
});

test('a folder without models, or none at all, is said', async () => {
  await expect(readPool(folder, [])).rejects.toThrow('There is no .onnx file in');
  await expect(readPool(join(folder, 'other'), [])).rejects.toThrow("Can't read the models' folder");
});
