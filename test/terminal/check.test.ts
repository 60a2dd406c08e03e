import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { readSettings, type Settings } from '../../src/settings/settings.ts';
import { checkEverything } from '../../src/terminal/check.ts';
import { describePool } from '../../src/terminal/models.ts';
import { colorModel, type Oddity } from '../predictions/onnx/odd-models.ts';
import { picture, put, putBatch } from '../predictions/onnx/picture.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelpicker-report-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'batches'));
});

const putModel = (name: string, oddity: Oddity = {}) => put(folder, `models/${name}.onnx`, colorModel(oddity));

async function settings(): Promise<Settings> {
  const file = join(folder, 'modelpicker.yaml');
  const descriptions = [{ match: '*', mean: [0, 0, 0], std: [1, 1, 1] }];
  const classes = ['red', 'green', 'blue'];
  await writeFile(file, JSON.stringify({ models: 'models', batches: 'batches', descriptions, classes }));
  return readSettings(file);
}

test('the pool is listed with inputs, classes, sizes and speeds, and who is left out and why', async () => {
  await putModel('plain');
  await putModel('bytes', { type: 'uint8', layout: 'NHWC', batch: 1 });
  await putModel('odd', { trouble: 'NaN' });
  await put(folder, 'models/text.onnx', 'not a model');
  const text = await describePool(await settings());
  const input = (line: string) =>
    new RegExp(`^ {2}${line}, 3 classes, 1 kB, SHA-256 [0-9a-f]{12}…, [0-9.]+ ms an image$`, 'm');
  expect(text).toMatch(input('plain  8 x 8 NCHW float32, any batch'));
  expect(text).toMatch(input('bytes  8 x 8 NHWC uint8, batch 1'));
  expect(text).toContain('Left out: odd: it answers numbers that are not finite');
  expect(text).toContain('Left out: text: it is damaged or no ONNX file');
});

test('the list says what a model runs on, and why one cannot', async () => {
  const device = process.platform === 'win32' ? 'coreml' : 'dml';
  await putModel('plain');
  await put(folder, 'models/other/model.onnx', colorModel());
  await put(folder, 'models/other/modelpicker.json', JSON.stringify({ providers: [device, 'cpu'] }));
  const text = await describePool(await settings());
  expect(text).toContain(`Left out: other: it is to run on "${device}", which is not available here`);
  expect(text).toMatch(/^ {2}plain .*any batch, 3 classes/m);
});

test('check tries every model before there is a batch, and says all that is wrong at once', async () => {
  await putModel('plain');
  await putModel('odd', { trouble: 'NaN' });
  const { text, isFine } = await checkEverything(await settings());
  expect(isFine).toBe(false);
  expect(text.replaceAll(folder, 'FOLDER')).toMatchInlineSnapshot(`
    "Settings: FOLDER/modelpicker.yaml is fine.
    Slack: not tried, because the settings have no "slack" part.
    Models: 1 answered on 12 images.
    plain
      size     8 x 8, stretched, bilinear, as it lies (the file, assumed)
      order    RGB, NCHW, float32, any batch (assumed)
      numbers  0 to 1: mean 0, std 1, of values from 0 to 1 (the settings’ description of "*")
      answers  "scores" for red, green, blue (the label set)
    2 to look at:
    - There is no complete batch in FOLDER/batches. The models were run on made-up images.
    - Model odd: it answers numbers that are not finite"
  `);
});

test('check says how far each model agrees with the majority, and warns of one that answers one class for all', async () => {
  for (const name of ['a', 'b']) await putModel(name);
  await put(folder, 'models/stuck/model.onnx', colorModel());
  // Red as bright as can be, whatever the image shows.
  await put(folder, 'models/stuck/modelpicker.json', JSON.stringify({ mean: [-9, 0, 0], std: 1, scale: 1 / 255 }));
  await putBatch(join(folder, 'batches/monday'), 30);
  await put(folder, 'batches/monday/_COMPLETE', '');
  const { text, isFine } = await checkEverything(await settings());
  expect(text).toMatch(/^a: agrees with the majority on 24 of 24 images$/m);
  expect(text).toMatch(/^stuck: agrees with the majority on 8 of 24 images$/m);
  expect(text).toContain('numbers  0 to 10: mean -9 0 0, std 1, of values from 0 to 1 (modelpicker.json)');
  expect(text).toContain('- Model stuck: it answers "red" for nearly every image. Compare what it is fed');
  expect(text).not.toContain('Model a:');
  expect(isFine).toBe(false);
});

test('a batch that shows one class is no reason to warn of the models that see it', async () => {
  for (const name of ['a', 'b', 'c']) await putModel(name);
  for (let seed = 0; seed < 12; seed++) {
    await put(folder, `batches/monday/${seed}.png`, await picture('red', seed).png().toBuffer());
  }
  await put(folder, 'batches/monday/_COMPLETE', '');
  expect((await checkEverything(await settings())).text).toContain('No problem found.');
});

test('check looks at an image of each ending, however many there are of another', async () => {
  await putModel('plain');
  await putBatch(join(folder, 'batches/monday'), 40);
  await put(folder, 'batches/monday/zebra.jpg', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0]));
  await put(folder, 'batches/monday/_COMPLETE', '');
  const { text } = await checkEverything(await settings());
  expect(text).toContain('Image zebra.jpg: it is damaged or cut short');
});

test('without models, check reads what the newest batch says, and models where to look', async () => {
  await putBatch(join(folder, 'batches/day-1'), 30);
  const rows = Array.from({ length: 30 }, (_, at) => {
    const color = ['red', 'green', 'blue'][at % 3];
    return `photo-${String(at).padStart(3, '0')}.png,${color},${color}`;
  });
  await put(folder, 'batches/day-1/predictions.csv', ['file,clip,forest', ...rows, ''].join('\n'));
  await put(folder, 'batches/day-1/_COMPLETE', '');
  await put(folder, 'batches/day-1/notes.txt', 'sunny');
  const file = join(folder, 'modelpicker.yaml');
  await writeFile(file, JSON.stringify({ batches: 'batches', classes: ['red', 'green', 'blue'] }));
  const { text } = await checkEverything(readSettings(file));
  expect(text.replaceAll(folder, 'FOLDER')).toMatchInlineSnapshot(`
    "Settings: FOLDER/modelpicker.yaml is fine.
    Slack: not tried, because the settings have no "slack" part.
    Batch day-1: 30 images. 1 other file is passed over.
    Models: 2 answered on 30 images.
    clip: agrees with the majority on 30 of 30 images
      is not run: its answers are in predictions.csv
    forest: agrees with the majority on 30 of 30 images
      is not run: its answers are in predictions.csv
    No problem found."
  `);
  expect(await describePool(readSettings(file))).toMatch(/each batch brings its own predictions\.csv/);
  await put(folder, 'batches/day-1/predictions.csv', 'file,clip\n');
  expect((await checkEverything(readSettings(file))).text).toMatch(/no line for the image "photo-000\.png"/);
});

test('check names what does nothing: an old setting and a lack of admins, which are fine, and a description that fits no model', async () => {
  await putModel('plain');
  const outdated = ['clickErrorPercent: learned from the clicks now. Remove it.'];
  const slack = { channel: 'C0MODELS', admins: [], guidelines: {} };
  const well = await settings();
  const descriptions = [{ ...well.descriptions[0]!, match: ['pl?in', 'plain'] }];
  const { text } = await checkEverything({ ...well, descriptions, outdated, slack });
  expect(text).toContain('- Description "pl?in": no model has such a name. Only "*" stands for other text;');
  expect(text).toContain('Not needed any more: clickErrorPercent: learned from the clicks now. Remove it.');
  expect(text).toContain('Nobody is named in "slack.admins": nobody can pause, reopen, roll back or approve');
  expect(text.split('to look at')[1]).not.toMatch(/clickErrorPercent|admins/);
});
