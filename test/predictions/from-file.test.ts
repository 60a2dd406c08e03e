import { copyFile, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { predictionsAside } from '../../src/predictions/aside/aside.ts';
import { predictionsFrom } from '../../src/predictions/from-file.ts';
import type { KeptPredictions } from '../../src/predictions/kept.ts';
import { predictBatch } from '../../src/predictions/onnx/predict-batch.ts';
import { alone } from '../alone.ts';
import { colorModel } from './onnx/odd-models.ts';
import { put, putBatch } from './onnx/picture.ts';

const classes = ['red', 'green', 'blue'];
const list = {
  images: ['a.jpg', 'b.jpg', 'sub/c.jpg'].map((file) => ({ file, sha256: file })),
  setAside: [{ file: 'twin.jpg', reason: 'it is the same picture as a.jpg' }],
  passedOver: 0,
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelpicker-from-file-'));
  onTestFinished(() => rm(folder, { recursive: true }));
});

async function read(text: string, taken: readonly string[] = []): Promise<KeptPredictions> {
  await writeFile(join(folder, 'predictions.csv'), text);
  return (await predictionsFrom(folder, list, { classes, taken }))!;
}

const problemsOf = (text: string, taken?: readonly string[]) =>
  read(text, taken).then(
    () => 'no problem',
    (error: Error) => error.message.replaceAll(folder, 'BATCH'),
  );

test('a row an image and a column a model become predictions, whatever the order and the spelling of paths', async () => {
  const { models, predictions, scores, leftOut } = await read(
    ',file,clip,clip_score,forest\n0,sub\\c.jpg,blue,0.5,red\n1,./a.jpg,red,1,green\n2,twin.jpg,,,\n3,b.jpg,nan,,red\n',
  );
  expect(models.map(({ name }) => name)).toEqual(['clip', 'forest']);
  expect([...predictions.classes]).toEqual([0, 1, -1, 0, 2, 0]);
  expect([...scores]).toEqual([65_535, 0, 0, 0, 32_768, 0]);
  expect(leftOut).toEqual([]);
});

test('without the file there are no predictions, and a link is not followed', async () => {
  expect(await predictionsFrom(folder, list, { classes, taken: [] })).toBeUndefined();
  await symlink('/etc/hostname', join(folder, 'predictions.csv'));
  await expect(predictionsFrom(folder, list, { classes, taken: [] })).rejects.toThrow(/put the file itself there/);
});

test('every problem is told at once, with its line and cure', async () => {
  const text = `file,clip,clip_score,clip,fog,
a.jpg,rde,7,,red,
a.jpg,red,0.5,,red,
x.jpg,red,0.5,,red,
b.jpg,red,blue
`;
  expect(await problemsOf(text, ['fog'])).toMatchInlineSnapshot(`
    "Bad predictions in BATCH/predictions.csv:
    - columns 2 and 4 are both called "clip": rename one
    - column "fog": a model of the pool has this name already: rename the column
    - column 6 has no name: write the model’s, or remove the column
    - line 5: 3 columns, but the first line has 6: put cells that hold a separator into quotes
    - line 3: "a.jpg" has line 2 already: remove one of them
    - line 4: there is no image "x.jpg" in the batch: correct its path, or remove the line
    - there is no line for the image "sub/c.jpg": add one, with empty cells where a model says nothing
    - line 2, column "clip": "rde" is not a class: write red, green, blue, or nothing
    - line 2, column "clip_score": "7" is not a score: write a number from 0 to 1, or nothing"
  `);
  expect(await problemsOf('image,clip\na.jpg,red\n')).toMatchInlineSnapshot(`
    "Bad predictions in BATCH/predictions.csv:
    - its first line names no column "file": write "file" over the images’ paths"
  `);
  expect(await problemsOf('')).toMatch(/names no column "file"/);
  expect(await problemsOf('file\na.jpg\nb.jpg\nsub/c.jpg\n')).toMatch(/no column beside "file": add one a model/);
});

test('a model that says nothing at all is left out, and costs nobody else', async () => {
  const { models, leftOut } = await read('file,clip,silent\na.jpg,red,\nb.jpg,red,\nsub/c.jpg,red,\n');
  expect(models.map(({ name }) => name)).toEqual(['clip']);
  expect(leftOut).toEqual([{ name: 'silent', reason: 'its column in predictions.csv is empty' }]);
});

test('a model is known by what it said: rows in another order change nothing, another answer does', async () => {
  const shaOf = async (text: string) => (await read(text)).models[0]!.sha256;
  const before = await shaOf('file,clip\na.jpg,red\nb.jpg,red\nsub/c.jpg,blue\n');
  expect(await shaOf('file;clip\r\nsub/c.jpg;blue\r\nb.jpg;red\r\na.jpg;red\r\n')).toBe(before);
  expect(await shaOf('file,clip\na.jpg,red\nb.jpg,green\nsub/c.jpg,blue\n')).not.toBe(before);
});

/** Four photos, and what a model in a file and one elsewhere say about them. */
async function openPool() {
  const batch = join(folder, 'batch');
  await putBatch(batch, 4);
  const csv = 'file,elsewhere\nphoto-003.png,blue\nphoto-002.png,blue\nphoto-001.png,red\nphoto-000.png,green\n';
  await put(batch, 'predictions.csv', csv);
  await put(join(folder, 'models'), 'plain.onnx', colorModel({}));
  const predict = (more: object) =>
    predictBatch({ descriptions: [], classes, batch, results: join(folder, 'results'), refuseIfLost: alone, ...more });
  const models = { models: join(folder, 'models'), descriptions: [{ match: '*', mean: [0, 0, 0], std: [1, 1, 1] }] };
  return { batch, predict, models };
}

test('models with a file and models without stand side by side, on the images that all can judge', async () => {
  const { batch, predict, models } = await openPool();
  await put(batch, 'photo-001.png', Buffer.from('\x89PNG\r\n\x1a\nand no more', 'latin1'));
  const predicted = await predict(models);
  expect(predicted.models.map(({ name, file }) => [name, file !== undefined])).toEqual([
    ['plain', true],
    ['elsewhere', false],
  ]);
  expect(predicted.images.map(({ file }) => file)).toEqual(['photo-000.png', 'photo-002.png', 'photo-003.png']);
  expect([...predicted.predictions.classes]).toEqual([0, 1, 2, 2, 0, 2]);
  // What was kept is what was said.
  expect((await predict(models)).predictions).toEqual(predicted.predictions);
});

test('a batch can bring the whole pool, without any model file', async () => {
  const { batch, predict } = await openPool();
  const predicted = await predict({});
  expect([...predicted.predictions.classes]).toEqual([1, 0, 2, 2]);
  expect(predicted.models).toMatchObject([{ name: 'elsewhere' }]);
  await rm(join(batch, 'predictions.csv'));
  await expect(predict({ results: join(folder, 'again') })).rejects.toThrow(/put the file there, or name a folder/);
});

test('a gate lets no model pass that has no file', async () => {
  const { predict } = await openPool();
  const gate = join(folder, 'gate.json');
  await writeFile(gate, '[]');
  await expect(predict({ gate })).rejects.toThrow(/elsewhere: it has a column .* but no file/);
});

const frames = {
  ...list,
  images: Array.from({ length: 9 }, (_, n) => ({ file: `photo-00${n}.png`, sha256: `${n}` })),
  setAside: [],
};

/** Files that pandas and numpy wrote (test/predictions/frames), put into the batch under the name that counts. */
async function readFrame(name: string): Promise<KeptPredictions> {
  await copyFile(`test/predictions/frames/${name}`, join(folder, `predictions${extname(name)}`));
  return (await predictionsFrom(folder, frames, { classes, taken: [] }))!;
}

test.each(['snappy', 'gzip', 'zstd', 'brotli', 'plain', 'category-and-index'])(
  'a Parquet file (%s) says the same as a CSV file',
  async (name) => {
    const { models, predictions, scores } = await readFrame(`${name}.parquet`);
    expect(models.map((model) => model.name)).toEqual(['clip', 'forest']);
    expect([...predictions.classes.slice(0, 10)]).toEqual([0, 0, 1, 1, 2, 2, 0, 0, 1, -1]);
    expect([...scores.slice(0, 3)]).toEqual([32_768, 0, 36_044]);
  },
);

test.each(['records', 'text'])('so does an .npy file with names: %s', async (name) => {
  const { models, predictions, scores } = await readFrame(`${name}.npy`);
  expect(models.map((model) => model.name)).toEqual(['clip', 'forest']);
  expect([...predictions.classes.slice(0, 10)]).toEqual([0, 0, 1, 1, 2, 2, 0, 0, 1, -1]);
  expect([...scores.slice(0, 3)]).toEqual([32_768, 0, 36_044]);
});

test('what is wrong in a Parquet file is told at once, with row and cure', async () => {
  const message = await readFrame('bad.parquet').catch((error: Error) => error.message.replaceAll(folder, 'BATCH'));
  expect(message).toMatchInlineSnapshot(`
    "Bad predictions in BATCH/predictions.parquet:
    - row 6: there is no image "photo-404.png" in the batch: correct its path, or remove the line
    - there is no line for the image "photo-005.png": add one, with empty cells where a model says nothing
    - row 3, column "clip": "purple" is not a class: write red, green, blue, or nothing
    - row 4, column "clip_score": "7" is not a score: write a number from 0 to 1, or nothing"
  `);
});

test('files that are damaged, that run Python, or of which there are two, are refused with the cure', async () => {
  const whole = await readFile('test/predictions/frames/zstd.parquet');
  for (const bytes of [
    whole.subarray(0, 900),
    Buffer.from('PAR1, or so'),
    Buffer.concat([whole.subarray(100), whole]),
  ]) {
    await writeFile(join(folder, 'predictions.parquet'), bytes);
    const read = predictionsFrom(folder, frames, { classes, taken: [] });
    await expect(read).rejects.toThrow(/predictions.parquet/);
  }
  await expect(readFrame('records.npy')).rejects.toThrow(/has both predictions.parquet and predictions.npy: leave one/);
  await rm(join(folder, 'predictions.parquet'));
  await expect(readFrame('objects.npy')).rejects.toThrow(/Python objects.*Save it as CSV or Parquet/);
  const records = await readFile('test/predictions/frames/records.npy');
  await writeFile(join(folder, 'predictions.npy'), records.subarray(0, records.length - 7));
  await expect(predictionsFrom(folder, frames, { classes, taken: [] })).rejects.toThrow(/cut off or damaged/);
});

test('read in a thread of its own, it says the same, and what is wrong with it, too', async () => {
  expect(await predictionsAside(folder, list, { classes, taken: [] })).toBeUndefined();
  const here = await read('file,clip,clip_score\na.jpg,red,0.5\nb.jpg,,\nsub/c.jpg,blue,1\n');
  const aside = await predictionsAside(folder, list, { classes, taken: [] });
  expect(aside).toEqual(here);
  const problem = await problemsOf('file,clip\na.jpg,mauve\nb.jpg,red\nsub/c.jpg,red\n');
  await expect(predictionsAside(folder, list, { classes, taken: [] })).rejects.toThrow(
    problem.replaceAll('BATCH', folder),
  );
});
