import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openCells } from '../../../src/predictions/onnx/run/cells.ts';
import { collect } from '../../../src/predictions/onnx/run/collect.ts';
import { cellsKey, type Job, NO_IMAGE } from '../../../src/predictions/onnx/run/protocol.ts';

test('an image that was gone for one model, in another life of the child, is set aside for all', async () => {
  const results = await mkdtemp(join(tmpdir(), 'modelpicker-collect-'));
  onTestFinished(() => rm(results, { recursive: true }));
  const images = ['a.png', 'b.png', 'c.png'].map((file) => ({ file, sha256: file }));
  const models = ['early', 'late'].map((name) => ({
    name,
    file: `${name}.onnx`,
    sha256: name,
    spec: { classes: ['cat', 'dog'] },
  }));
  const parts = { models, images, classMaps: [undefined, undefined], classCount: 2, imagesKey: 'key', blockSize: 3 };
  const job = { ...parts, results, batch: '/batch' } as unknown as Job;
  for (const [model, classes] of [
    [0, 1, 0],
    [0, NO_IMAGE, 1],
  ].entries()) {
    const cells = await openCells(results, cellsKey(job, model), 3);
    await cells.add(0, { classes: Int16Array.from(classes), scores: new Uint16Array(3) });
    await cells.close();
  }
  const predicted = await collect(job, ['cat', 'dog'], [], []);
  expect(predicted.images.map(({ file }) => file)).toEqual(['a.png', 'c.png']);
  expect([...predicted.predictions.classes]).toEqual([0, 0, 0, 1]);
  expect(predicted.setAside).toEqual([{ file: 'b.png', reason: 'it could not be read' }]);
});
