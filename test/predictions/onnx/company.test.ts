import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CLASS_COUNT, type Network, networkFile } from '../../../scripts/bench/network.ts';
import { predictBatch } from '../../../src/predictions/onnx/predict-batch.ts';
import { alone } from '../../alone.ts';
import { colorModel, type Oddity } from './odd-models.ts';
import { put, putBatch } from './picture.ts';

// What a model says of an image is kept, and read again where other images, models and machines were in its company.

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'modelpicker-company-'));
  await putBatch(join(root, 'all'), 42);
});
afterEach(() => rm(root, { recursive: true }));

/** Class and score by model and image, whatever the image is called. */
async function answersOf(batch: string, classes: readonly string[], workers: number): Promise<Map<string, string>> {
  const { images, models, predictions, scores, leftOut } = await predictBatch({
    ...{ models: join(root, 'models'), batch: join(root, batch), results: join(root, `results of ${batch}`) },
    ...{ descriptions: [{ match: '*', mean: [0, 0, 0], std: [1, 1, 1] }], classes, limits: { workers } },
    refuseIfLost: alone,
  });
  expect(leftOut).toEqual([]);
  const cells = images.flatMap(({ sha256 }, row) =>
    models.map(({ name }, column) => {
      const at = row * models.length + column;
      return [`${name} of ${sha256}`, `${predictions.classes[at]} ${scores![at]}`] as const;
    }),
  );
  return new Map(cells);
}

/** Some of the pictures, in another order. */
async function putSome(batch: string, pictures: readonly number[]): Promise<void> {
  await mkdir(join(root, batch));
  for (const [place, picture] of pictures.entries()) {
    const name = (nth: number) => `photo-${String(nth).padStart(3, '0')}.png`;
    await copyFile(join(root, 'all', name(picture)), join(root, batch, name(place)));
  }
}

async function expectSameInAnyCompany(classes: readonly string[]): Promise<void> {
  const all = await answersOf('all', classes, 2);
  // A run of eight, and one of one.
  await putSome('some', [40, 3, 22, 5, 17, 31, 8, 0, 41]);
  for (const [cell, said] of await answersOf('some', classes, 1)) expect(said, cell).toBe(all.get(cell));
}

test('an answer is of the model and the image alone, also where the model looks at all images of a run at once', async () => {
  const kinds: Record<string, Oddity> = {
    plain: {},
    'three at a time': { batch: 3 },
    'dynamically quantized': { isDynamicallyQuantized: true },
    'dynamically quantized, three at a time': { isDynamicallyQuantized: true, batch: 3 },
    'takes a run for one image': { isOneRow: true },
  };
  for (const [name, oddity] of Object.entries(kinds)) {
    await put(join(root, 'models'), `${name}.onnx`, colorModel(oddity));
  }
  await expectSameInAnyCompany(['red', 'green', 'blue']);
});

test('networks of many layers say the same to the bit, however many images share a run, on this machine’s processor', async () => {
  const kinds: Network['kind'][] = ['plain', 'residual', 'separable'];
  for (const [seed, kind] of kinds.entries()) {
    const network = { kind, size: 32, channels: 14, blocks: 3 };
    await put(join(root, 'models'), `${kind}.onnx`, networkFile(network, seed));
  }
  await expectSameInAnyCompany(Array.from({ length: CLASS_COUNT }, (_, index) => `class ${index}`));
});
