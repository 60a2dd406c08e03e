import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { colorModel } from '../predictions/onnx/odd-models.ts';
import { put, putBatch } from '../predictions/onnx/picture.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelpicker-rehearsal-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await put(folder, 'models/plain.onnx', colorModel());
  await put(folder, 'models/turned.onnx', colorModel({ order: 'bgr' }));
  await mkdir(join(folder, 'batches'));
});

/** Plays a rehearsal on this machine; `null` where it did not end. */
async function rehearse(truth: string, classes = ['red', 'green', 'blue'], more: Record<string, unknown> = {}) {
  const settings = { models: 'models', batches: 'batches', classes, ...more };
  const descriptions = [{ match: '*', mean: [0, 0, 0], std: [1, 1, 1] }];
  await writeFile(join(folder, 'modelpicker.yaml'), JSON.stringify({ ...settings, descriptions }));
  await writeFile(join(folder, 'truth.csv'), truth);
  const files = ['--config', join(folder, 'modelpicker.yaml'), '--truth', join(folder, 'truth.csv')];
  const options = { encoding: 'utf8' as const, timeout: 240_000 };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['src/cli.ts', 'demo', '--auto', ...files], options);
  return { status, stdout, stderr };
}

test('a rehearsal whose truth names other files says which it misses, and ends', { timeout: 260_000 }, async () => {
  await putBatch(join(folder, 'batches/monday'), 12);
  await put(folder, 'batches/monday/_COMPLETE', '');
  const { status, stderr } = await rehearse('file,class\nphoto-000,red\nphoto-001.jpg,green\n');
  expect(stderr).toContain('line 2 (and 1 more like it): "photo-000" is called "photo-000.png" in batch monday.');
  expect(stderr).toContain('no row for photo-000.png and 11 more of the 12 images of batch monday.');
  expect(status).toBe(1);
  // The cure is the last that is read: what is cut off with the bot says nothing more.
  expect(stderr.trim().split('\n').at(-1)).toContain('of batch monday.');
});

test('a rehearsal whose models cannot run ends with the reason', { timeout: 260_000 }, async () => {
  await put(folder, 'batches/monday/notes.txt', 'no image');
  await put(folder, 'batches/monday/_COMPLETE', '');
  const { status, stderr } = await rehearse('file,class\na,red\n');
  expect(stderr).toContain('The models could not run on batch monday: There is no image in');
  expect(status).toBe(1);
});

test('a class whose name is longer than a button is pressed all the same', { timeout: 260_000 }, async () => {
  await putBatch(join(folder, 'batches/monday'), 30);
  await put(folder, 'batches/monday/_COMPLETE', '');
  const long = (color: string) =>
    `${color}, as it is called in the long list of species that the museum keeps in its cellar`;
  const classes = ['red', 'green', 'blue'].map(long);
  const rows = Array.from({ length: 30 }, (_, at) => `photo-${String(at).padStart(3, '0')}.png,"${classes[at % 3]}"`);
  const { stdout } = await rehearse(['file,class', ...rows, ''].join('\n'), classes);
  expect(stdout).toContain('Batch monday, announced: plain');
  expect(stdout).toMatch(/Batch monday, since \d{4}-\d{2}-\d{2} · /);
});

test('a trial on a user’s own settings touches nothing that is real: its winner stays with its own data', {
  timeout: 260_000,
}, async () => {
  await putBatch(join(folder, 'batches/monday'), 30);
  await put(folder, 'batches/monday/_COMPLETE', '');
  const told = join(folder, 'told');
  const targets = [
    { to: 'folder', path: 'serving' },
    { to: 'command', run: ['/bin/sh', '-c', `echo told >> ${told}`] },
    // Without its secret a bot that opened this one would not start.
    { to: 'webhook', url: 'http://127.0.0.1:9/hook', secretFrom: 'NOBODY_SETS_THIS' },
  ];
  const colors = ['red', 'green', 'blue'];
  const rows = Array.from({ length: 30 }, (_, at) => `photo-${String(at).padStart(3, '0')}.png,${colors[at % 3]}`);
  const { status } = await rehearse(['file,class', ...rows, ''].join('\n'), colors, { targets });
  expect(status).toBe(0);
  const deployed = await readFile(join(folder, 'live/demo-auto/deployed/deployed.json'), 'utf8');
  expect(JSON.parse(deployed)).toMatchObject({ model: 'plain', batch: 'monday' });
  expect((await readdir(folder)).sort()).toEqual(['batches', 'live', 'modelpicker.yaml', 'models', 'truth.csv']);
  expect(await readdir(join(folder, 'live'))).toEqual(['demo-auto']);
});
