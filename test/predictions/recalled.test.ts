import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type KeptPredictions, readPredicted, recallPredicted, writePredicted } from '../../src/predictions/kept.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelpicker-kept-'));
});
afterEach(() => rm(folder, { recursive: true }));

const said: KeptPredictions = {
  classes: ['cat', 'dog'],
  images: [
    { file: '1.jpg', sha256: 'a' },
    { file: '2 “quoted".jpg', sha256: 'b' },
  ],
  setAside: [],
  models: [
    { name: 'night', file: 'night.onnx', sha256: 'c', msPerImage: 2 },
    { name: 'day', sha256: 'd' },
  ],
  leftOut: [{ name: 'rain', reason: 'its column is empty' }],
  predictions: { images: 2, models: 2, classCount: 2, classes: Int16Array.of(0, 1, 1, -1) },
  scores: Uint16Array.of(65_535, 0, 7, 8),
};

test('what is kept is read as it was written, and recalled without its scores', async () => {
  await writePredicted(folder, said);
  const { scores, ...recalled } = said;
  expect(await readPredicted(folder)).toEqual({ ...recalled, scores });
  expect(await recallPredicted(folder)).toEqual(recalled);
  expect(await recallPredicted(join(folder, 'sunday'))).toBeUndefined();
});

test('threads share the matrix that is read', async () => {
  await writePredicted(folder, said);
  const { predictions } = (await recallPredicted(folder))!;
  expect(predictions.classes.buffer).toBeInstanceOf(SharedArrayBuffer);
});

test('what an earlier version wrote with the fields of a model in another order is read, too', async () => {
  await writePredicted(folder, said);
  const path = join(folder, 'predicted.json');
  const text = await readFile(path, 'utf8');
  const other = text.replace('"name":"night","file":"night.onnx"', '"file":"night.onnx","name":"night"');
  expect(other).not.toBe(text);
  await writeFile(path, other);
  const { scores, ...recalled } = said;
  expect(await recallPredicted(folder)).toEqual(recalled);
});

test('the seal is over the schema’s order of fields, as in every version before', async () => {
  await writePredicted(folder, said);
  const { about, matrix, scores, seal } = JSON.parse(await readFile(join(folder, 'predicted.json'), 'utf8'));
  const sealed = JSON.stringify([about, matrix, scores]);
  expect(seal).toBe(createHash('sha256').update(sealed).digest('hex'));
});

test.each([
  ['another class', '"dog"', '"cow"'],
  ['another hash of the matrix', /"matrix":"./, '"matrix":"_'],
  ['no end', '"}', ''],
])('%s in predicted.json is told from what was written', async (_, from, to) => {
  await writePredicted(folder, said);
  const path = join(folder, 'predicted.json');
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace(from, to));
  await expect(recallPredicted(folder)).rejects.toThrow(`The predictions in ${folder} are damaged`);
});

test('scores that were changed are told by whoever reads them', async () => {
  await writePredicted(folder, said);
  await writeFile(join(folder, 'scores.u16'), Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  await expect(readPredicted(folder)).rejects.toThrow('damaged (scores.u16 was changed)');
});
