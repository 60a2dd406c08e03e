import { expect, test } from 'vitest';
import { describeOne, inputOf } from './one-model.ts';

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
/** What nobody should get where the model knows better. */
const FOR_ALL = [{ match: '*', ...IMAGENET, filter: 'box' as const }];

const timm = (pretrained_cfg: object) => ({ 'config.json': { pretrained_cfg } });

test('timm’s edge follows the size the file was exported with', async () => {
  const files = timm({ input_size: [3, 224, 224], crop_pct: 0.9, ...IMAGENET });
  expect(await inputOf({ files })).toMatch('224 x 224 even edge 248 bicubic, RGB NCHW, mean 0.485');
  expect(await inputOf({ files, model: { size: 288 } })).toMatch('288 x 288 even edge 320 bicubic');
});

test('timm’s defaults stand in for what its file leaves out, old files have it all at the top', async () => {
  const defaults = '224 x 224 even edge 256 bicubic, RGB NCHW, mean 0.485 0.456 0.406 std 0.229 0.224 0.225 of 0 to 1';
  expect(await inputOf({ files: timm({ mean: null, crop_mode: null }) })).toBe(defaults);
  const old = { architecture: 'net', input_size: [3, 224, 224], ...IMAGENET };
  expect(await inputOf({ files: { 'config.json': old } })).toBe(defaults);
  const wrapped = { image_processor_type: 'TimmWrapperImageProcessor', pretrained_cfg: {} };
  expect(await inputOf({ files: { 'preprocessor_config.json': wrapped } })).toBe(defaults);
});

test('timm may squash, and feed gray', async () => {
  const files = timm({ input_size: [1, 28, 28], mean: 0.5, std: [0.5], crop_mode: 'squash', crop_pct: 0.5 });
  const model = { shape: ['N', 'C', 'H', 'W'], channels: 1 as const };
  expect(await inputOf({ files, model })).toBe(
    '28 x 28 even of 56 x 56 bicubic, gray NCHW, mean 0.5 std 0.5 of 0 to 1',
  );
});

test.each([{ crop_mode: 'border' }, { interpolation: 'random' }, { input_size: [224, 224] }, { crop_pct: 0 }])(
  'what timm says and nobody understands is not filled from a description for all: %j',
  async (odd) => {
    const [field] = Object.keys(odd);
    const refused = expect(inputOf({ files: timm(odd), descriptions: FOR_ALL })).rejects;
    await refused.toThrow(`config.json: timm’s "${field}" is not understood`);
  },
);

const ultralytics = (more: Record<string, string> = {}) => ({
  ...{ task: 'classify', stride: '1', imgsz: '[32, 32]', names: "{0: 'red', 1: 'green', 2: \"blue's\"}" },
  ...more,
});

test('Ultralytics’ classifiers say it all in their metadata, with the classes as Python writes them', async () => {
  const model = { metadata: ultralytics(), size: 32, batch: 1 };
  const expected = '32 x 32 even edge 32 bilinear, RGB NCHW, mean 0 std 1 of 0 to 1';
  expect(await inputOf({ model })).toBe(expected);
  expect(await inputOf({ model, descriptions: FOR_ALL })).toBe(expected);
  expect((await describeOne({ model })).classes).toEqual(['red', 'green', "blue's"]);
  expect(await inputOf({ model: { metadata: ultralytics({ imgsz: '64' }) } })).toMatch('64 x 64 even edge 64');
  // What is not square is stretched to.
  expect(await inputOf({ model: { metadata: ultralytics({ imgsz: '[32, 48]' }) } })).toMatch('48 x 32 bilinear');
});

test.each([{ task: 'detect' }, { imgsz: '[a, b]' }, { names: '{0: ' }, { names: "{0: 'red', 2: 'blue'}" }])(
  'a file of Ultralytics’ that is not understood is left out: %j',
  async (odd) => {
    const given = { model: { metadata: ultralytics(odd), size: 32 }, descriptions: FOR_ALL };
    await expect(describeOne(given)).rejects.toThrow('the file’s metadata');
  },
);

test.each([
  [
    { 'Image.BitmapPixelFormat': 'Bgr8', 'Image.NominalPixelRange': 'NominalRange_0_255' },
    'BGR NCHW, mean 0 std 1 of 0 to 255',
  ],
  [
    { 'Image.NominalPixelRange': 'Normalized_0_1', 'Image.ColorSpaceGamma': 'SRGB' },
    'RGB NCHW, mean 0 std 1 of 0 to 1',
  ],
  [
    { 'Image.NominalPixelRange': 'Normalized_1_1', 'Image.BitmapPixelFormat': 'Rgb8' },
    'RGB NCHW, mean 0.5 std 0.5 of 0 to 1',
  ],
  [{ 'Image.NominalPixelRange': 'NominalRange_16_235' }, 'RGB NCHW, mean -16 std 1 of 0 to 219'],
])('ONNX’s own words about images count: %j', async (metadata, expected) => {
  expect(await inputOf({ model: { metadata, size: 8 }, descriptions: FOR_ALL })).toMatch(expected);
});

test.each(['Image.NominalPixelRange', 'Image.ColorSpaceGamma', 'Image.BitmapPixelFormat'])(
  'an unknown %s leaves the model out, and is not filled from a description for all',
  async (key) => {
    const given = { model: { metadata: { [key]: 'Other' }, size: 8 }, descriptions: FOR_ALL };
    await expect(describeOne(given)).rejects.toThrow(`"${key}" is Other; known are`);
  },
);

test('our own words in the metadata may be JSON, Python or plain, and a wrong mean is not passed over', async () => {
  const metadata = { mean: '0.1, 0.2, 0.3', std: '(0.5, 0.5, 0.5)', filter: 'lanczos', classes: "['a', 'b', 'c']" };
  expect(await inputOf({ model: { metadata, size: 8 } })).toMatch('8 x 8 lanczos, RGB NCHW, mean 0.1 0.2 0.3 std 0.5');
  const wrong = { model: { metadata: { ...metadata, mean: 'ImageNet' }, size: 8 }, descriptions: FOR_ALL };
  await expect(describeOne(wrong)).rejects.toThrow('"mean" is ImageNet');
});

const own = (fields: object) => ({ model: { size: 8 }, files: { 'modelpicker.json': fields } });

test('a mean of 123 is one of values from 0 to 255, unless somebody says another scale', async () => {
  const of255 = { mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] };
  expect(await inputOf(own(of255))).toMatch('mean 123.7 116.3 103.5 std 58.4 57.12 57.38 of 0 to 255');
  expect(await inputOf(own({ mean: 103.9, std: 1 }))).toMatch('mean 103.9 std 1 of 0 to 255');
  expect(await inputOf(own({ mean: 0, std: 255 }))).toMatch('mean 0 std 255 of 0 to 255');
  await expect(describeOne(own({ ...of255, scale: 1 / 255 }))).rejects.toThrow('cannot be those of values from 0 to 1');
  await expect(describeOne(own({ ...IMAGENET, scale: 1 }))).rejects.toThrow('cannot be those of values from 0 to 255');
});

test('a mean of values from 0 to 1 with a std of values from 0 to 255 is refused', async () => {
  await expect(describeOne(own({ mean: IMAGENET.mean, std: 58 }))).rejects.toThrow('correct mean, std or scale');
});

test('the scale goes with the mean of the same place', async () => {
  const processor = { image_processor_type: 'ViTImageProcessor', size: 8 };
  const files = { 'modelpicker.json': { mean: 127.5, std: 127.5 }, 'preprocessor_config.json': processor };
  expect(await inputOf({ files })).toMatch('mean 127.5 std 127.5 of 0 to 255');
});

test.each([
  [['N', 'C', 'H', 'W'], 'NCHW'],
  [['batch_size', 'num_channels', 'height', 'width'], 'NCHW'],
  [['N', 'H', 'W', 'channels'], 'NHWC'],
  [['', 3, 8, 8], 'NCHW'],
  [[-1, 3, -1, -1], 'NCHW'],
  [[0, 8, 8, 3], 'NHWC'],
  [['N', 8, 8, ''], 'NHWC'],
])('the dimensions %j are understood', async (shape, layout) => {
  const { spec } = await describeOne({
    model: { shape },
    files: { 'modelpicker.json': { mean: 0, std: 1, width: 8, height: 8 } },
  });
  expect(spec).toMatchObject({ layout, batch: 0, channelCount: 3, framing: { width: 8, height: 8 } });
});

test('where no dimension has a name, a processor beside it says that channels come first, or the description does', async () => {
  const model = { shape: ['', '', '', ''] };
  const processor = { image_processor_type: 'ViTImageProcessor', size: 8 };
  expect(await inputOf({ model, files: { 'preprocessor_config.json': processor } })).toMatch('NCHW');
  const lines = { mean: 0, std: 1, width: 8, height: 8 };
  await expect(describeOne({ model, files: { 'modelpicker.json': lines } })).rejects.toThrow(
    'say "layout" (NCHW or NHWC)',
  );
  expect(await inputOf({ model, files: { 'modelpicker.json': { ...lines, layout: 'NHWC' } } })).toMatch('NHWC');
});

test('gray models are fed brightness, by one mean; three different ones are refused with a cure that works', async () => {
  const model = { channels: 1 as const, size: 8 };
  expect(await inputOf({ model, files: { 'modelpicker.json': { mean: 0.5, std: 0.5 } } })).toBe(
    '8 x 8 bilinear, gray NCHW, mean 0.5 std 0.5 of 0 to 1',
  );
  await expect(describeOne({ model, descriptions: FOR_ALL })).rejects.toThrow(
    '"mean" has a number for each of three channels',
  );
  await expect(describeOne({ model: { shape: ['N', 4, 8, 8] } })).rejects.toThrow('neither one nor three channels');
});
