import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readdir, readFile, readlink, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { folderTarget } from '../../src/deploy/folder.ts';
import type { Result } from '../../src/round/facts.ts';

const result: Result = {
  number: 1,
  because: 'confident',
  isWinner: true,
  model: 'fog',
  tiedWith: [],
  confidence: 0.96,
  tolerance: 0.005,
  accuracy: 0.9,
  accuracySd: 0.01,
  labels: 40,
  annotators: ['U1'],
};

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');

async function openPool() {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-deployed-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of ['fog', 'rain']) await copyFile(`data/demo/models/${name}.onnx`, join(folder, `${name}.onnx`));
  const model = async (name: string) => {
    const file = join(folder, `${name}.onnx`);
    return { model: file, sha256: sha256(await readFile(file)) };
  };
  const target = folderTarget(folder, () => new Date('2026-11-02T12:00:00Z'));
  const read = (file: string) => readFile(join(folder, 'deployed', file));
  return { folder, model, target, read };
}

test('the winner’s file and what it is are swapped in together, again and again', async () => {
  const { folder, model, target, read } = await openPool();
  const [fog, rain] = [await model('fog'), await model('rain')];
  await target.handOver({ batch: 'monday', result, ...fog });
  expect(sha256(await read('model.onnx'))).toBe(fog.sha256);
  // What a process that was killed in the middle leaves behind is no obstacle.
  await symlink('nowhere', join(folder, 'deployed.new'));
  const other = { batch: 'tuesday', result: { ...result, model: 'rain' }, ...rain };
  await target.handOver(other);
  await target.handOver(other);
  expect(sha256(await read('model.onnx'))).toBe(rain.sha256);
  expect(JSON.parse(String(await read('deployed.json')))).toMatchObject({
    model: 'rain',
    sha256: rain.sha256,
    batch: 'tuesday',
    confidence: 0.96,
    at: '2026-11-02T12:00:00.000Z',
  });
  expect(await readlink(join(folder, 'deployed'))).toBe(join('deployments', 'tuesday-1'));
});

test('a model that was replaced or removed since it was judged is not deployed', async () => {
  const { folder, model, target, read } = await openPool();
  const [fog, rain] = [await model('fog'), await model('rain')];
  await target.handOver({ batch: 'monday', result, ...fog });
  await copyFile(fog.model, rain.model);
  const other = { batch: 'tuesday', result: { ...result, model: 'rain' }, ...rain };
  await expect(target.handOver(other)).rejects.toThrow(/is not the model that won/);
  await rm(rain.model);
  await expect(target.handOver(other)).rejects.toThrow(/can't be read/);
  expect(JSON.parse(String(await read('deployed.json')))).toMatchObject({ model: 'fog' });
  // What serves already is put in place again at every start, whatever became of the pool.
  await rm(join(folder, 'fog.onnx'));
  await target.handOver({ batch: 'monday', result, ...fog });
});

test('a winner without a file is handed over by its name, and takes the place of the one before', async () => {
  const { folder, model, target, read } = await openPool();
  await target.handOver({ batch: 'monday', result, ...(await model('fog')) });
  const elsewhere = { batch: 'tuesday', result: { ...result, model: 'elsewhere' }, sha256: 'ab' };
  await target.handOver(elsewhere);
  await target.handOver(elsewhere);
  expect(JSON.parse(String(await read('deployed.json')))).toMatchObject({ model: 'elsewhere', sha256: 'ab' });
  expect(await readdir(join(folder, 'deployed'))).toEqual(['deployed.json']);
});

test('a round that was started over can have another winner', async () => {
  const { model, target, read } = await openPool();
  await target.handOver({ batch: 'monday', result, ...(await model('fog')) });
  await target.handOver({ batch: 'monday', result: { ...result, model: 'rain' }, ...(await model('rain')) });
  expect(JSON.parse(String(await read('deployed.json')))).toMatchObject({ model: 'rain' });
});
