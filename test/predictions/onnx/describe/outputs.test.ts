import { expect, test } from 'vitest';
import { labelSetOf } from '../../../../src/predictions/onnx/describe/label-set.ts';
import type { Oddity } from '../odd-models.ts';
import { describeOne } from './one-model.ts';

/** The output that is read of a model, or why there is none. */
async function readOf(outputs: Oddity['outputs'], classes = ['red', 'green', 'blue'], more: object = {}) {
  const lines = { mean: 0, std: 1, ...more };
  const model = await describeOne({
    model: { size: 8, ...(outputs && { outputs }) },
    files: { 'modelpicker.json': lines },
  });
  const { models, leftOut } = labelSetOf([model], classes);
  return models[0]
    ? [models[0].spec.output, models[0].spec.single].filter((word) => word !== undefined).join(', a ')
    : leftOut[0]!.reason;
}

test.each([
  ['scores', ['features', 'scores']],
  ['probabilities', ['label', 'probabilities']],
  ['scores', ['label', 'maps', 'scores']],
  // They say the same: the softmax is the last word.
  ['probabilities', ['logits', 'probabilities']],
  ['probabilities', ['probabilities', 'logits']],
  // Hugging Face's name for what counts.
  ['logits', ['second_head', 'logits']],
  ['scores', ['aux_logits', 'scores']],
] as const)('%s is read of %j', async (expected, outputs) => {
  expect(await readOf([...outputs])).toBe(expected);
});

test.each([
  [
    ['scores', 'second_head'],
    'it is not clear which of its outputs to read (scores: 3 numbers, second_head: 3 numbers): say "output"',
  ],
  [
    ['maps', 'label'],
    'none of its outputs holds scores (maps: no scores, label: no scores): export it with probabilities as one tensor',
  ],
  [['label'], 'none of its outputs holds scores'],
  [['features'], 'it answers 6 numbers an image where there are 3 classes'],
  [['features', 'is_red'], 'none of its outputs has a number for each of the 3 classes'],
] as const)('a model that answers %j is left out with the cure', async (outputs, reason) => {
  expect(await readOf([...outputs])).toContain(reason);
});

test('where a config names too many classes, it is named', async () => {
  const classes = ['a', 'b', 'c', 'd'];
  expect(await readOf(['scores'], classes, { classes })).toBe(
    'it answers 3 numbers an image where there are 4 classes (modelpicker.json)',
  );
});

test('the output that somebody names is read, if it can be', async () => {
  expect(await readOf(['scores', 'second_head'], undefined, { output: 'second_head' })).toBe('second_head');
  expect(await readOf(['scores'], undefined, { output: 'other' })).toBe('it has no output "other", only: scores');
  expect(await readOf(['label', 'scores'], undefined, { output: 'label' })).toContain(
    'its output "label" holds no scores',
  );
});

test('one number is two classes: a probability after a sigmoid, else a logit', async () => {
  expect(await readOf(['is_red'], ['no', 'yes'])).toBe('is_red, a probability');
  expect(await readOf(['redness_logit'], ['no', 'yes'])).toBe('redness_logit, a logit');
  expect(await readOf(['is_red'])).toBe('it answers 1 numbers an image where there are 3 classes');
});
