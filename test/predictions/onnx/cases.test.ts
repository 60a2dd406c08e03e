import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readPool } from '../../../src/predictions/onnx/describe/pool.ts';
import { predictBatch } from '../../../src/predictions/onnx/predict-batch.ts';
import { alone } from '../../alone.ts';

/** Inputs from public bug reports, which lie beside this repository where it is developed. */
const CASES = '../shared/cases';
const isThere = existsSync(CASES);
const where = isThere ? '' : ' (skipped: ../shared/cases is not there)';

/** As the example settings have it. */
const EXAMPLE = {
  classes: ['red', 'green', 'blue'],
  descriptions: [{ match: '*', mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }],
};

async function predict(name: string, settings: object = {}) {
  const results = await mkdtemp(join(tmpdir(), 'modelpicker-cases-'));
  onTestFinished(() => rm(results, { recursive: true }));
  const request = {
    models: `${CASES}/${name}/models`,
    descriptions: [],
    batch: `${CASES}/_images`,
    results,
    refuseIfLost: alone,
  };
  const { classes, images, models, predictions, leftOut } = await predictBatch({ ...request, ...settings });
  const answers = images.map(({ file }, image) => {
    const said = models.map((_, model) => classes[predictions.classes[image * models.length + model]!]);
    return `${file}: ${[...new Set(said)].join(' or ')}`;
  });
  return { models: models.map((model) => model.name), leftOut, answers };
}

const RIGHT = ['blue.png: blue', 'green.png: green', 'red.png: red'];

test.skipIf(!isThere).each([
  ['optimum-num-channels', ['vit']],
  ['hf-mobilevit-no-normalize', ['fast', 'slow']],
  ['yolo-cls-metadata', ['yolo']],
  ['mean-in-0-to-255', ['imagenet']],
  ['placeholder-labels', ['a-unnamed', 'b-named', 'c-named']],
  ['hf-odd-fields', ['bom', 'labels-as-numbers', 'mean-as-number', 'size-as-list']],
  ['onnx-dim-minus-1', ['good', 'paddle']],
  ['hidden-models', ['mac']],
])(`%s: %j answer red, green, blue, with the example settings or none${where}`, async (name, models) => {
  const right = { models, leftOut: [], answers: RIGHT };
  expect(await predict(name)).toEqual(right);
  expect(await predict(name, EXAMPLE)).toEqual(right);
});

test.skipIf(!isThere)(
  `several-outputs: the one as wide as the classes is read; zipmap is left out${where}`,
  async () => {
    const { models, leftOut, answers } = await predict('several-outputs');
    expect({ models, answers }).toEqual({
      models: ['features-then-logits', 'label-then-probabilities'],
      answers: RIGHT,
    });
    expect(leftOut).toEqual([{ name: 'zipmap', reason: expect.stringContaining('options={"zipmap": False}') }]);
  },
);

test.skipIf(!isThere)(`hf-center-crop-floor: the cut begins rounded down${where}`, async () => {
  const { models } = await readPool(`${CASES}/hf-center-crop-floor/models`, []);
  expect(models[0]!.spec.framing).toMatchObject({ width: 24, shortestEdge: 32, cropStart: 'floor' });
});
