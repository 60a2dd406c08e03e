import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type KeptPredictions, readPredicted } from '../../../src/predictions/kept.ts';
import { predictBatch } from '../../../src/predictions/onnx/predict-batch.ts';
import { alone } from '../../alone.ts';
import { putEveryKind } from './odd-images.ts';
import { colorModel, type Oddity, WEIGHT_BYTES } from './odd-models.ts';
import { picture, put, putBatch } from './picture.ts';

const CLASSES = ['red', 'green', 'blue'];
const PLAIN = { match: '*', mean: [0, 0, 0], std: [1, 1, 1] };
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'modelpicker-pool-'));
});
afterEach(() => rm(root, { recursive: true }));

const folder = (name: string) => join(root, name);
const predict = (more: object = {}) =>
  predictBatch({
    models: folder('models'),
    descriptions: [PLAIN],
    classes: CLASSES,
    batch: folder('batch'),
    results: folder('results'),
    refuseIfLost: alone,
    ...more,
  });
const putModel = (name: string, oddity: Oddity = {}) => put(folder('models'), `${name}.onnx`, colorModel(oddity));

/** What a model said, by file. */
function answersOf(predicted: KeptPredictions, name: string): Record<string, string | undefined> {
  const at = predicted.models.findIndex((model) => model.name === name);
  const { models, classes } = predicted.predictions;
  return Object.fromEntries(
    predicted.images.map(({ file }, image) => [file, predicted.classes[classes[image * models + at]!]]),
  );
}

const PHOTOS = { 'photo-000.png': 'red', 'photo-001.png': 'green', 'photo-002.png': 'blue', 'photo-003.png': 'red' };

test('models of every layout, input type and batch agree on the same photos', async () => {
  await putBatch(folder('batch'), 4);
  const kinds: Record<string, Oddity> = {
    plain: {},
    nhwc: { layout: 'NHWC' },
    half: { type: 'float16' },
    bytes: { type: 'uint8', layout: 'NHWC' },
    'one at a time': { batch: 1 },
    'three at a time': { batch: 3 },
    probabilities: { isProbability: true },
    'other size': { size: 16 },
  };
  for (const [name, oddity] of Object.entries(kinds)) await putModel(name, oddity);
  const predicted = await predict();
  expect(predicted.leftOut).toEqual([]);
  for (const name of Object.keys(kinds)) expect(answersOf(predicted, name), name).toEqual(PHOTOS);
});

test('a model may keep its weights in a file of its own, and is known by both', async () => {
  await putBatch(folder('batch'), 4);
  await put(folder('models'), 'split/model.onnx', colorModel({ external: 'model.data' }));
  await put(folder('models'), 'split/model.data', WEIGHT_BYTES);
  const predicted = await predict();
  expect(answersOf(predicted, 'split')).toEqual(PHOTOS);
  await put(folder('models'), 'split/model.data', Buffer.from(WEIGHT_BYTES).fill(1, 0, 2));
  const changed = await predict({ results: folder('again') });
  expect(changed.models[0]!.sha256).not.toBe(predicted.models[0]!.sha256);
});

test('a named output is read where there are several', async () => {
  await putBatch(folder('batch'), 4);
  await putModel('two outputs', { outputs: ['second_head', 'scores'] });
  const predicted = await predict({ descriptions: [{ ...PLAIN, output: 'scores' }] });
  expect(answersOf(predicted, 'two outputs')).toEqual(PHOTOS);
});

test('one number an image is two classes, whether it is a probability or a logit', async () => {
  await putBatch(folder('batch'), 4);
  await putModel('sigmoid', { outputs: ['is_red'] });
  await putModel('logit', { outputs: ['redness_logit'] });
  const predicted = await predict({ classes: ['other', 'red'] });
  const red = { 'photo-000.png': 'red', 'photo-001.png': 'other', 'photo-002.png': 'other', 'photo-003.png': 'red' };
  expect(answersOf(predicted, 'sigmoid')).toEqual(red);
  expect(answersOf(predicted, 'logit')).toEqual(red);
  // The same network, with and without its last step: the same probabilities.
  for (let image = 0; image < 4; image++) {
    expect(Math.abs(predicted.scores[2 * image]! - predicted.scores[2 * image + 1]!)).toBeLessThanOrEqual(1);
  }
});

test('a gray model sees the brightness of every photo', async () => {
  const gray = (value: number) => picture('red', value).greyscale().linear(0, value).png().toBuffer();
  await put(folder('batch'), 'bright.png', await gray(250));
  await put(folder('batch'), 'dark.png', await gray(3));
  const settings = [{ match: '*', mean: [0.5], std: [0.5] }];
  await putModel('NCHW', { channels: 1 });
  await putModel('NHWC', { channels: 1, layout: 'NHWC' });
  const predicted = await predict({ descriptions: settings, classes: ['bright', 'middle', 'dark'] });
  expect(predicted.leftOut).toEqual([]);
  for (const name of ['NCHW', 'NHWC']) {
    expect(answersOf(predicted, name)).toEqual({ 'bright.png': 'bright', 'dark.png': 'dark' });
  }
});

test('when no model works, each reason is said', async () => {
  await putBatch(folder('batch'), 2);
  await putModel('open size', { size: 'S' });
  await put(folder('models'), 'text.onnx', 'not a model at all');
  await expect(predict()).rejects.toThrow(
    'No model of the pool works:\n- open size: its input size is open: say "width" and "height" in its description\n- text: it is damaged',
  );
  await putModel('unnamed');
  await expect(predict({ classes: undefined })).rejects.toThrow(
    /Nobody names the classes: .*\nLeft out before that:\n- open size: /,
  );
});

test('classes are matched by name, whatever their order', async () => {
  await putBatch(folder('batch'), 4);
  const config = { id2label: { 0: 'blue', 1: 'green', 2: 'red' } };
  await put(folder('models'), 'turned/model.onnx', colorModel({ order: 'bgr' }));
  await put(folder('models'), 'turned/config.json', JSON.stringify(config));
  await putModel('straight');
  const predicted = await predict();
  expect(answersOf(predicted, 'turned')).toEqual(PHOTOS);
  expect(answersOf(predicted, 'straight')).toEqual(PHOTOS);
});

test('a bad model costs only itself, and the reason says what to do', async () => {
  await putBatch(folder('batch'), 70);
  await putModel('good');
  await putModel('NaN', { trouble: 'NaN' });
  await putModel('crash', { trouble: 'crash' });
  await putModel('greedy', { trouble: 'greedy' });
  await putModel('open size', { size: 'S' });
  await putModel('huge', { size: 100_000 });
  await put(folder('models'), 'broken.onnx', colorModel().subarray(0, 200));
  await put(folder('models'), 'text.onnx', 'not a model at all');
  const predicted = await predict({ limits: { memoryMax: 1e9 } });
  const reasons = Object.fromEntries(predicted.leftOut.map(({ name, reason }) => [name, reason]));
  expect(reasons).toMatchInlineSnapshot(`
    {
      "NaN": "it answers numbers that are not finite",
      "broken": "it ends too early or is not an ONNX file",
      "crash": "it ended the process that ran it (SIGFPE)",
      "greedy": "it needs more memory than the 1000 MB there are for the pool",
      "huge": "its input of any number of images of 100000 × 100000 is larger than any classifier’s",
      "open size": "its input size is open: say "width" and "height" in its description",
      "text": "it is damaged or no ONNX file",
    }
  `);
  expect(predicted.models.map(({ name }) => name)).toEqual(['good']);
  expect(predicted.images).toHaveLength(70);
});

test('a model that never ends costs only itself, however busy the machine is', async () => {
  await putBatch(folder('batch'), 70);
  await putModel('good');
  // What the good one says is kept: only the other still has to run, and no speed makes it end.
  const before = await predict();
  await rm(join(folder('results'), 'predicted.json'));
  await putModel('endless', { trouble: 'endless' });
  const predicted = await predict({ limits: { blockTimeoutMs: 1000 } });
  expect(predicted.leftOut).toEqual([{ name: 'endless', reason: 'it took longer than 1 s for 8 images' }]);
  expect(answersOf(predicted, 'good')).toEqual(answersOf(before, 'good'));
});

test('a model whose normalization nobody states is refused', async () => {
  await putBatch(folder('batch'), 2);
  await putModel('plain');
  await expect(predict({ descriptions: [] })).rejects.toThrow('put mean and std into "descriptions"');
});

test('every image is told by its content, and a bad one costs only itself', async () => {
  const into = folder('batch');
  await putEveryKind(into);
  await put(root, 'elsewhere/secret.png', await picture('blue', 9).png().toBuffer());
  await symlink(folder('elsewhere'), join(into, 'folder'));
  await symlink(folder('elsewhere/secret.png'), join(into, 'linked.png'));
  await symlink('.', join(into, 'itself'));
  await put(into, 'notes.txt', 'not for the models');
  await put(into, '.DS_Store', 'nor this');
  await putModel('plain');
  const predicted = await predict();
  expect(Object.entries(answersOf(predicted, 'plain'))).toMatchInlineSnapshot(`
    [
      [
        "a gif.png",
        "red",
      ],
      [
        "bitmap.bmp",
        "red",
      ],
      [
        "copy of photo.jpg",
        "red",
      ],
      [
        "deep.png",
        "red",
      ],
      [
        "gray.jpg",
        "red",
      ],
      [
        "inks.jpg",
        "red",
      ],
      [
        "moving.gif",
        "red",
      ],
      [
        "no ending",
        "red",
      ],
      [
        "palette.png",
        "red",
      ],
      [
        "progressive.jpg",
        "red",
      ],
      [
        "scan.tiff",
        "red",
      ],
      [
        "see through.png",
        "red",
      ],
      [
        "sign",
        "red",
      ],
    ]
  `);
  expect(predicted.setAside).toMatchInlineSnapshot(`
    [
      {
        "file": "bomb.png",
        "reason": "it has more than 178 million pixels",
      },
      {
        "file": "deep/er/photo.jpg",
        "reason": "it is the same picture as copy of photo.jpg",
      },
      {
        "file": "drawing.jpg",
        "reason": "it is an SVG drawing",
      },
      {
        "file": "empty.jpg",
        "reason": "it is empty",
      },
      {
        "file": "linked.png",
        "reason": "it is a link, and links are not followed",
      },
      {
        "file": "phone.heic",
        "reason": "HEIC is not read: save it as JPEG or PNG",
      },
      {
        "file": "truncated.jpg",
        "reason": "it is damaged or cut short",
      },
    ]
  `);
});

test('photos lie as the camera held them, unless the model wants them upright', async () => {
  // A red stripe across the middle of blue; the file holds it standing, with the tag that lays it down.
  const stripe = await picture('red', 0, 40, 10).png().toBuffer();
  const upright = await picture('blue', 0, 40, 40)
    .composite([{ input: stripe, top: 15, left: 0 }])
    .png()
    .toBuffer();
  const lying = await sharp(upright).rotate(90).withMetadata({ orientation: 8 }).jpeg({ quality: 100 }).toBuffer();
  await put(folder('batch'), 'photo.jpg', lying);
  for (const name of ['lying', 'upright']) await putModel(name, { size: 'S' });
  // Both see the middle fifth, from left to right.
  const middle = { ...PLAIN, width: 40, height: 8, shortestEdge: 40 };
  const predicted = await predict({ descriptions: [{ ...middle, match: 'upright', upright: true }, middle] });
  expect(answersOf(predicted, 'lying')).toEqual({ 'photo.jpg': 'blue' });
  expect(answersOf(predicted, 'upright')).toEqual({ 'photo.jpg': 'red' });
});

test('a finished batch is read back, and a damaged one is told from a whole one', async () => {
  await putBatch(folder('batch'), 4);
  await putModel('plain');
  const predicted = await predict();
  expect(await readPredicted(folder('results'))).toEqual(predicted);
  const path = join(folder('results'), 'matrix.i16');
  const bytes = await readFile(path);
  bytes[0]! ^= 1;
  await writeFile(path, bytes);
  await expect(readPredicted(folder('results'))).rejects.toThrow('damaged (matrix.i16 was changed)');
});

test('where the settings ask for a gate, only what passed it enters', async () => {
  await putBatch(folder('batch'), 2);
  await putModel('tested');
  await putModel('failed', { batch: 1 });
  await putModel('unknown', { batch: 2 });
  const free = await predict();
  const sha256 = (name: string) => free.models.find((model) => model.name === name)!.sha256;
  const records = [
    { sha256: sha256('tested'), passed: true },
    { sha256: sha256('failed'), passed: true },
    { sha256: sha256('failed'), passed: false, note: 'too slow' },
  ];
  await put(root, 'gate.json', JSON.stringify(records));
  const gated = await predict({ results: folder('gated'), gate: folder('gate.json') });
  expect(gated.models.map(({ name }) => name)).toEqual(['tested']);
  expect(gated.leftOut.map(({ name, reason }) => `${name}: ${reason.split(';')[0]}`)).toEqual([
    'failed: it failed the gate (too slow)',
    'unknown: it has no gate record for exactly this file',
  ]);
});

test('a model that answers its own examples wrongly is left out', async () => {
  await putBatch(folder('batch'), 2);
  for (const name of ['right', 'wrong']) {
    await put(folder('models'), `${name}/model.onnx`, colorModel({ order: name === 'right' ? 'rgb' : 'bgr' }));
    await put(folder('models'), `${name}/example.png`, await picture('red').png().toBuffer());
    await put(folder('models'), `${name}/expected.json`, JSON.stringify({ 'example.png': 'red' }));
  }
  const predicted = await predict();
  expect(predicted.models.map(({ name }) => name)).toEqual(['right']);
  expect(predicted.leftOut[0]!.reason).toContain('it answers blue for example.png instead of red');
});
