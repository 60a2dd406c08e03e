import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { folderTarget } from '../../src/deploy/folder.ts';
import type { Result } from '../../src/round/facts.ts';
import { alone } from '../alone.ts';
import { colorModel, WEIGHT_BYTES } from '../predictions/onnx/odd-models.ts';

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
    return { model: file, sha256: sha256(await readFile(file)), classes: ['cat', 'dog'] };
  };
  const target = folderTarget(folder, () => new Date('2026-11-02T12:00:00Z'), { refuseIfLost: alone });
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
    since: '2026-11-02T12:00:00.000Z',
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
  const elsewhere = {
    batch: 'tuesday',
    result: { ...result, model: 'elsewhere' },
    sha256: 'ab',
    classes: ['cat', 'dog'],
  };
  await target.handOver(elsewhere);
  await target.handOver(elsewhere);
  expect(JSON.parse(String(await read('deployed.json')))).toMatchObject({ model: 'elsewhere', sha256: 'ab' });
  expect(await readdir(join(folder, 'deployed'))).toEqual(['deployed.json']);
});

test('weights that are a file of their own go with the model, and what is changed in either is noticed', async () => {
  const { folder, target, read } = await openPool();
  const model = join(folder, 'split.onnx');
  const bytes = colorModel({ external: 'weights/split.data' });
  await mkdir(join(folder, 'weights'));
  await writeFile(model, bytes);
  await writeFile(join(folder, 'weights/split.data'), WEIGHT_BYTES);
  const both = sha256(Buffer.concat([bytes, WEIGHT_BYTES]));
  const split = { model, sha256: both, classes: ['cat', 'dog'] };
  const winner = { batch: 'monday', result: { ...result, model: 'split' }, ...split };
  await target.handOver(winner);
  // The same again is a second name for the same files.
  await target.handOver({ ...winner, batch: 'tuesday' });
  expect([await read('model.onnx'), await read('weights/split.data')]).toEqual([bytes, WEIGHT_BYTES]);
  expect(await target.serving()).toMatchObject({ batch: 'tuesday', model: 'split', sha256: both });
  await writeFile(join(folder, 'deployed/weights/split.data'), Buffer.from(WEIGHT_BYTES).fill(1, 0, 2));
  await expect(target.serving()).rejects.toThrow(/somebody has changed it since/);
  await target.handOver({ ...winner, batch: 'tuesday' });
  expect(await target.serving()).toMatchObject({ batch: 'tuesday', model: 'split' });
  expect(await read('weights/split.data')).toEqual(WEIGHT_BYTES);
});

test('a round that was started over can have another winner', async () => {
  const { model, target, read } = await openPool();
  await target.handOver({ batch: 'monday', result, ...(await model('fog')) });
  await target.handOver({ batch: 'monday', result: { ...result, model: 'rain' }, ...(await model('rain')) });
  expect(JSON.parse(String(await read('deployed.json')))).toMatchObject({ model: 'rain' });
});

test('what serves is a copy: a training run that writes into the pool changes nothing', async () => {
  const { folder, model, target, read } = await openPool();
  const fog = await model('fog');
  await target.handOver({ batch: 'monday', result, ...fog });
  await writeFile(fog.model, 'a model of tomorrow');
  expect(sha256(await read('model.onnx'))).toBe(fog.sha256);
  expect(await target.serving()).toMatchObject({ batch: 'monday', result: 1, model: 'fog', sha256: fog.sha256 });
  // The whole folder can be moved elsewhere.
  expect(await readlink(join(folder, 'deployed'))).not.toMatch(/^\//);
  expect((await lstat(join(folder, 'deployed', 'model.onnx'))).isSymbolicLink()).toBe(false);
});

test('a model that wins again takes no more room on the disk, and a withdrawal is said beside it', async () => {
  const { folder, model, target, read } = await openPool();
  const fog = await model('fog');
  await target.handOver({ batch: 'monday', result, ...fog });
  await target.handOver({ batch: 'tuesday', result, ...fog });
  const inode = async (batch: string) => (await lstat(join(folder, 'deployments', batch, 'model.onnx'))).ino;
  expect(await inode('monday-1')).toBe(await inode('tuesday-1'));
  const before = JSON.parse(await readFile(join(folder, 'deployments/monday-1/deployed.json'), 'utf8'));
  expect(before).toMatchObject({ until: '2026-11-02T12:00:00.000Z', classes: ['cat', 'dog'] });
  expect(before.accuracy).toEqual({ expected: 0.9, from: expect.closeTo(0.8804), to: expect.closeTo(0.9196) });
  await target.handOver({ batch: 'tuesday', result, ...fog, withdrawnBy: 'U1' });
  expect(JSON.parse(String(await read('deployed.json')))).toMatchObject({ withdrawn: { by: 'U1' } });
  expect(await target.serving()).toMatchObject({ isWithdrawn: true });
});

test('a real folder of that name is left alone, with the cure; what somebody changed there is noticed', async () => {
  const { folder, model, target } = await openPool();
  await mkdir(join(folder, 'deployed'));
  const fog = { batch: 'monday', result, ...(await model('fog')) };
  await expect(target.handOver(fog)).rejects.toThrow(/is a folder that Model Picker did not make. Move it away/);
  await rm(join(folder, 'deployed'), { recursive: true });
  await target.handOver(fog);
  await copyFile(join(folder, 'rain.onnx'), join(folder, 'deployed', 'model.onnx'));
  await expect(target.serving()).rejects.toThrow(/not the model that was put there/);
  await target.handOver(fog);
  expect(await target.serving()).toMatchObject({ sha256: fog.sha256 });
});

test('the folders are synced when the new names are in them', async () => {
  const { folder, model } = await openPool();
  const synced: string[] = [];
  const target = folderTarget(folder, () => new Date('2026-11-02T12:00:00Z'), {
    refuseIfLost: alone,
    sync: async (path) => {
      synced.push(`${relative(folder, path)} ${await readlink(join(folder, 'deployed')).catch(() => 'none')}`);
    },
  });
  const [fog, rain] = [await model('fog'), await model('rain')];
  await target.handOver({ batch: 'monday', result, ...fog });
  await target.handOver({ batch: 'tuesday', result: { ...result, model: 'rain' }, ...rain });
  expect(synced).toEqual([
    'deployments/monday-1.new none',
    'deployments none',
    ' deployments/monday-1',
    'deployments/tuesday-1.new deployments/monday-1',
    'deployments deployments/monday-1',
    ' deployments/tuesday-1',
  ]);
});

/** Looks for the link again and again, from a thread of its own; [looks, times it was not there]. */
const lookout = `
  const { readlinkSync } = require('node:fs');
  const { workerData: { link, counts } } = require('node:worker_threads');
  while (Atomics.load(counts, 2) === 0) {
    Atomics.add(counts, 0, 1);
    try { readlinkSync(link); } catch { Atomics.add(counts, 1, 1); }
  }`;

test('whoever looks while winners change always finds one', async () => {
  const { folder, model, target } = await openPool();
  const [fog, rain] = [await model('fog'), await model('rain')];
  await target.handOver({ batch: 'monday', result, ...fog });
  const counts = new Int32Array(new SharedArrayBuffer(12));
  const looking = new Worker(lookout, { eval: true, workerData: { link: join(folder, 'deployed'), counts } });
  await expect.poll(() => counts[0]).toBeGreaterThan(0);
  for (let turn = 0; turn < 60; turn++) {
    await target.handOver({ batch: 'tuesday', result: { ...result, model: 'rain' }, ...rain });
    await target.handOver({ batch: 'monday', result, ...fog });
  }
  Atomics.store(counts, 2, 1);
  await once(looking, 'exit');
  expect(counts[1]).toBe(0);
});

test('what a start that was killed half-way left is not taken into the next try', async () => {
  const { folder, model, target } = await openPool();
  await mkdir(join(folder, 'deployments/monday-1.new'), { recursive: true });
  await writeFile(join(folder, 'deployments/monday-1.new/left-over'), '');
  await target.handOver({ batch: 'monday', result, ...(await model('fog')) });
  expect(await readdir(join(folder, 'deployed'))).toEqual(['deployed.json', 'model.onnx']);
});
