import { expect, test } from 'vitest';
import { inputOf, type Setup } from './one-model.ts';

const HALF = { image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] };
const beside = (processor: object, config: object = {}): Setup => ({
  files: { 'preprocessor_config.json': processor, 'config.json': config },
});

/** What each class does where its file is silent: compared with transformers 4.57.6, whose pixels were the same. */
test.each([
  ['BeitImageProcessor', '224 x 224 floor of 256 x 256 bicubic, RGB NCHW, mean 0.5 std 0.5 of 0 to 1'],
  [
    'BitImageProcessor',
    '224 x 224 floor edge 224 bicubic, RGB NCHW, mean 0.4815 0.4578 0.4082 std 0.2686 0.2613 0.2758 of 0 to 1',
  ],
  [
    'CLIPFeatureExtractor',
    '224 x 224 floor edge 224 bicubic, RGB NCHW, mean 0.4815 0.4578 0.4082 std 0.2686 0.2613 0.2758 of 0 to 1',
  ],
  ['ConvNextImageProcessorFast', '384 x 384 bilinear, RGB NCHW, mean 0.5 std 0.5 of 0 to 1'],
  ['DeiTImageProcessor', '224 x 224 floor of 256 x 256 bicubic, RGB NCHW, mean 0.5 std 0.5 of 0 to 1'],
  ['EfficientNetImageProcessor', '346 x 346 nearest, RGB NCHW, mean 0.5 std 0.25 of 0 to 1'],
  [
    'LevitImageProcessor',
    '224 x 224 floor edge 256 bicubic, RGB NCHW, mean 0.485 0.456 0.406 std 0.229 0.224 0.225 of 0 to 1',
  ],
  ['MobileNetV1ImageProcessor', '224 x 224 floor edge 256 bilinear, RGB NCHW, mean 0.5 std 0.5 of 0 to 1'],
  [
    'PoolFormerImageProcessor',
    '224 x 224 floor edge 248 bicubic, RGB NCHW, mean 0.485 0.456 0.406 std 0.229 0.224 0.225 of 0 to 1',
  ],
  ['PvtImageProcessor', '224 x 224 bilinear, RGB NCHW, mean 0.485 0.456 0.406 std 0.229 0.224 0.225 of 0 to 1'],
  ['SegformerImageProcessor', '512 x 512 bilinear, RGB NCHW, mean 0.485 0.456 0.406 std 0.229 0.224 0.225 of 0 to 1'],
  ['SiglipImageProcessor', '224 x 224 bicubic, RGB NCHW, mean 0.5 std 0.5 of 0 to 1'],
  ['ViTImageProcessor', '224 x 224 bilinear, RGB NCHW, mean 0.5 std 0.5 of 0 to 1'],
])('a file that says only %s means the defaults of that class', async (image_processor_type, expected) => {
  expect(await inputOf(beside({ image_processor_type }))).toBe(expected);
});

test.each(['resnet', 'regnet', 'convnextv2', 'cvt'])(
  'the model type %s names ConvNeXt’s processor',
  async (model_type) => {
    const expected = '224 x 224 floor edge 256 bilinear, RGB NCHW, mean 0.5 std 0.5 of 0 to 1';
    expect(await inputOf(beside({ size: { shortest_edge: 224 } }, { model_type }))).toBe(expected);
  },
);

test.each([
  ['as the slow one writes it, without a word about it', {}],
  ['as the fast one writes it, with null', { do_normalize: null, image_mean: null, image_std: null }],
])('MobileViT’s processor does not normalize and turns the channels round: %s', async (_, silent) => {
  const processor = {
    image_processor_type: 'MobileViTImageProcessor',
    size: { shortest_edge: 36 },
    crop_size: 32,
    ...silent,
  };
  const expected = '32 x 32 floor edge 36 bilinear, BGR NCHW, mean 0 std 1 of 0 to 1';
  expect(await inputOf(beside(processor))).toBe(expected);
  const settings = [{ match: '*', mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225], filter: 'box' as const }];
  expect(await inputOf({ ...beside(processor), descriptions: settings })).toBe(expected);
});

test.each([
  ['a number', 32, '32 x 32 bilinear'],
  ['a list, height first', [32, 48], '48 x 32 bilinear'],
  ['a list of one', [32], '32 x 32 bilinear'],
  ['a dict', { height: 32, width: 48 }, '48 x 32 bilinear'],
  ['a dict with a null', { height: 32, width: 48, shortest_edge: null }, '48 x 32 bilinear'],
  ['the shorter edge', { shortest_edge: 32 }, '32 x 32 floor edge 32 bilinear'],
])('a size may be %s', async (_, size, expected) => {
  expect(await inputOf(beside({ image_processor_type: 'ViTImageProcessor', size }))).toMatch(expected);
});

test.each([2, 'bilinear', 'Resampling.BILINEAR', 'PILImageResampling.BILINEAR', '2'])(
  'bilinear is written as %j',
  async (resample) => {
    const processor = { image_processor_type: 'CLIPImageProcessor', resample };
    expect(await inputOf(beside(processor))).toMatch('edge 224 bilinear');
  },
);

test('mean and std may be one number each, and numbers that JSON does not have are as good as absent', async () => {
  const text =
    '{"image_processor_type": "ViTImageProcessor", "image_mean": 0.5, "image_std": 0.25, "crop_pct": NaN, "size": 32}';
  const expected = '32 x 32 bilinear, RGB NCHW, mean 0.5 std 0.25 of 0 to 1';
  expect(await inputOf({ files: { 'preprocessor_config.json': text } })).toBe(expected);
  expect(await inputOf({ files: { 'preprocessor_config.json': `\uFEFF${text}` } })).toBe(expected);
  expect(await inputOf({ files: { 'preprocessor_config.json': Buffer.from(`\uFEFF${text}`, 'utf16le') } })).toBe(
    expected,
  );
});

test('a cut grows and shrinks with the size the file was exported with', async () => {
  const sized = (image_processor_type: string) =>
    inputOf({ ...beside({ image_processor_type }), model: { size: 112 } });
  expect(await sized('CLIPImageProcessor')).toMatch('112 x 112 floor edge 112');
  expect(await sized('LevitImageProcessor')).toMatch('112 x 112 floor edge 128');
  expect(await sized('BeitImageProcessor')).toMatch('112 x 112 floor of 128 x 128');
  expect(await sized('ViTImageProcessor')).toMatch('112 x 112 bilinear');
});

test('values that are not rescaled go with a mean and std of that size', async () => {
  const processor = {
    ...{ size: 32, do_rescale: false },
    image_mean: [123.675, 116.28, 103.53],
    image_std: [58.395, 57.12, 57.375],
  };
  const expected = 'mean 123.7 116.3 103.5 std 58.4 57.12 57.38 of 0 to 255';
  expect(await inputOf(beside({ image_processor_type: 'ViTImageProcessor', ...processor }))).toMatch(expected);
});

test('since transformers 5 it may stand in a file for all kinds of inputs', async () => {
  const image_processor = { image_processor_type: 'ViTImageProcessor', size: { height: 32, width: 32 }, ...HALF };
  expect(await inputOf({ files: { 'processor_config.json': { image_processor } } })).toMatch(
    '32 x 32 bilinear, RGB NCHW',
  );
});

test.each([
  ['"size" is {"longest_edge":384}', { size: { longest_edge: 384 } }],
  ['"size" is [1,2,3]', { size: [1, 2, 3] }],
  ['"image_mean" is [0.5,0.5]', { image_mean: [0.5, 0.5] }],
  ['"image_std" is 0,', { image_std: 0 }],
  ['"resample" is 9', { resample: 9 }],
  ['"do_normalize" is "yes"', { do_normalize: 'yes' }],
  ['"do_pad": true', { do_pad: true }],
  ['"size_divisor": 32', { size_divisor: 32 }],
  ['"crop_size" of 64 x 64 is larger', { do_center_crop: true, crop_size: 64 }],
  [
    '"do_normalize" is on, but nobody says how its pixels are normalized',
    { image_processor_type: 'NewImageProcessor' },
  ],
])('what is not understood leaves the model out, naming file and field: %s', async (reason, odd) => {
  const setup = beside({ image_processor_type: 'ViTImageProcessor', size: 32, ...odd });
  await expect(inputOf(setup)).rejects.toThrow(`preprocessor_config.json: ${reason}`);
  // A description for all models does not fill the gap.
  const forAll = {
    mean: [0],
    std: [1],
    width: 8,
    height: 8,
    shortestEdge: 0,
    filter: 'box' as const,
    channels: 'RGB' as const,
  };
  await expect(inputOf({ ...setup, descriptions: [{ match: '*', ...forAll }] })).rejects.toThrow(reason);
  // The cure works: in a file beside the model, and in the settings under its very name.
  expect(await inputOf({ files: { ...setup.files, 'modelpicker.json': forAll } })).toMatch('8 x 8 box');
  expect(await inputOf({ ...setup, descriptions: [{ match: 'net', ...forAll }] })).toMatch('NCHW');
});
