import { mkdtemp, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Result } from '../src/core/facts.ts';
import { deployTo } from '../src/deployment.ts';

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

test('the winner’s file and what it is are swapped in together, again and again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-deployed-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of ['fog', 'night']) await writeFile(join(folder, `${name}.onnx`), name);
  const deploy = deployTo(folder, () => new Date('2026-11-02T12:00:00Z'));
  const read = (file: string) => readFile(join(folder, 'deployed', file), 'utf8');

  await deploy({ batch: 'monday', result, model: join(folder, 'fog.onnx'), sha256: 'abc' });
  expect(await read('model.onnx')).toBe('fog');
  // What a process that was killed in the middle leaves behind is no obstacle.
  await symlink('nowhere', join(folder, 'deployed.new'));
  const night = { ...result, model: 'night' };
  await deploy({ batch: 'tuesday', result: night, model: join(folder, 'night.onnx'), sha256: 'def' });
  await deploy({ batch: 'tuesday', result: night, model: join(folder, 'night.onnx'), sha256: 'def' });
  expect(await read('model.onnx')).toBe('night');
  expect(JSON.parse(await read('deployed.json'))).toMatchObject({
    model: 'night',
    sha256: 'def',
    batch: 'tuesday',
    confidence: 0.96,
    at: '2026-11-02T12:00:00.000Z',
  });
  expect(await readlink(join(folder, 'deployed'))).toBe(join('deployments', 'tuesday-1'));
});
