import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Pool } from '../../../src/predictions/onnx/describe/described-model.ts';
import type { ModelDescription } from '../../../src/predictions/onnx/describe/model-description.ts';
import { readPool } from '../../../src/predictions/onnx/describe/pool.ts';
import { colorModel } from './odd-models.ts';
import { put } from './picture.ts';

const HALF = [0.5, 0.5, 0.5];

/** A pool of one model of open size, with these files beside it. */
async function poolWith(
  files: Record<string, object>,
  descriptions: readonly ModelDescription[] = [],
  metadata: Record<string, string> = {},
  place = 'net/model.onnx',
): Promise<Pool> {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-published-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await put(folder, place, colorModel({ size: 'S', metadata }));
  for (const [name, content] of Object.entries(files)) await put(folder, `net/${name}`, JSON.stringify(content));
  return readPool(folder, descriptions);
}

async function specWith(...args: Parameters<typeof poolWith>) {
  const { models, leftOut } = await poolWith(...args);
  expect(leftOut).toEqual([]);
  const { spec, classes } = models[0]!;
  const { framing, mean, std, scale, channels } = spec;
  const { width, height, shortestEdge, stretchedTo, filter, upright } = framing;
  const isPlain = stretchedTo[0] === width && stretchedTo[1] === height;
  const from = shortestEdge
    ? `edge ${shortestEdge}`
    : isPlain
      ? 'stretched'
      : `stretched to ${stretchedTo.join(' x ')}`;
  return { pixels: `${from}, ${width} x ${height}, ${filter}`, upright, mean, std, scale, channels, classes };
}

/** As the hub's best known models have it, and what transformers makes of it. */
const processors: [string, object, object][] = [
  ['google/vit-base-patch16-224, as first published', { size: 224 }, { pixels: 'stretched, 224 x 224, bilinear' }],
  ['ViT', { size: { height: 224, width: 224 }, resample: 2 }, { pixels: 'stretched, 224 x 224, bilinear' }],
  [
    'DeiT',
    { feature_extractor_type: 'DeiTFeatureExtractor', size: 256, do_center_crop: true, crop_size: 224, resample: 3 },
    { pixels: 'stretched to 256 x 256, 224 x 224, bicubic' },
  ],
  [
    'CLIP',
    { feature_extractor_type: 'CLIPFeatureExtractor', size: 224, do_center_crop: true, crop_size: 224, resample: 3 },
    { pixels: 'edge 224, 224 x 224, bicubic' },
  ],
  [
    'microsoft/resnet-50',
    { feature_extractor_type: 'ConvNextFeatureExtractor', size: 224, crop_pct: 0.875, resample: 3 },
    { pixels: 'edge 256, 224 x 224, bicubic' },
  ],
  [
    'facebook/convnext-base-384',
    { image_processor_type: 'ConvNextImageProcessor', size: { shortest_edge: 384 }, crop_pct: 0.875, resample: 3 },
    { pixels: 'stretched, 384 x 384, bicubic' },
  ],
  [
    'google/mobilenet_v2',
    {
      ...{ image_processor_type: 'MobileNetV2ImageProcessor', size: { shortest_edge: 256 } },
      ...{ do_center_crop: true, crop_size: { height: 224, width: 224 } },
    },
    { pixels: 'edge 256, 224 x 224, bilinear' },
  ],
  [
    'LeViT',
    { feature_extractor_type: 'LevitFeatureExtractor', size: 224, do_center_crop: true, crop_size: 224, resample: 3 },
    { pixels: 'edge 256, 224 x 224, bicubic' },
  ],
  [
    'MobileViT',
    {
      ...{ feature_extractor_type: 'MobileViTFeatureExtractor', size: 288, do_center_crop: true, crop_size: 256 },
      ...{ do_flip_channel_order: true, do_normalize: false },
    },
    { pixels: 'edge 288, 256 x 256, bilinear', channels: 'BGR', mean: [0, 0, 0], std: [1, 1, 1] },
  ],
  [
    'google/efficientnet-b0',
    {
      ...{ image_processor_type: 'EfficientNetImageProcessor', size: { height: 224, width: 224 }, resample: 0 },
      ...{ include_top: true, rescale_offset: false },
    },
    { pixels: 'stretched, 224 x 224, nearest', std: [0.25, 0.25, 0.25] },
  ],
  ['0 to 255 as -1 to 1', { size: 32, rescale_factor: 1 / 127.5, rescale_offset: true }, { mean: [1.5, 1.5, 1.5] }],
];

test.each(processors)('%s: images are prepared as by its own processor', async (_, processor, expected) => {
  const published = { image_mean: HALF, image_std: HALF, ...processor };
  expect(await specWith({ 'preprocessor_config.json': published })).toMatchObject({ upright: true, ...expected });
});

test('a processor that normalizes by values it does not state is refused', async () => {
  const { leftOut } = await poolWith({ 'preprocessor_config.json': { size: 224 } });
  expect(leftOut[0]!.reason).toContain('nobody says how its pixels are normalized');
});

test('timm says it in config.json, with the classes', async () => {
  const pretrained_cfg = {
    ...{ input_size: [3, 224, 224], mean: HALF, std: HALF, interpolation: 'bicubic', crop_pct: 0.9 },
    ...{ crop_mode: 'center', first_conv: 'stem' },
  };
  const spec = await specWith({ 'config.json': { pretrained_cfg, label_names: ['cat', 'dog', 'owl'] } });
  expect(spec).toMatchObject({ pixels: 'edge 248, 224 x 224, bicubic', mean: HALF, upright: false });
  expect(spec.classes).toEqual(['cat', 'dog', 'owl']);
});

test('the file itself may say it, under the names of our own lines', async () => {
  const metadata = { mean: '[0.5, 0.5, 0.5]', std: '[0.5, 0.5, 0.5]', width: '64', height: '48', filter: 'lanczos' };
  const spec = await specWith({}, [], { ...metadata, classes: 'not a list', author: 'somebody' });
  expect(spec).toMatchObject({ pixels: 'stretched, 64 x 48, lanczos', mean: HALF, classes: undefined });
});

test('what stands beside a model counts before the settings, and our own lines before all', async () => {
  const descriptions = [{ match: '*', mean: [0, 0, 0], std: [1, 1, 1], shortestEdge: 300 }];
  const processor = { size: { height: 32, width: 32 }, image_mean: HALF, image_std: HALF };
  const beside = { 'preprocessor_config.json': processor };
  expect(await specWith(beside, descriptions)).toMatchObject({ pixels: 'stretched, 32 x 32, bilinear', mean: HALF });
  const own = { ...beside, 'modelpicker.json': { filter: 'box' } };
  expect(await specWith(own, descriptions)).toMatchObject({ pixels: 'stretched, 32 x 32, box', mean: HALF });
});

test('a model as the hub lays it, below `onnx`, is known by its folder and the files there', async () => {
  const files = {
    'preprocessor_config.json': { size: 32, image_mean: HALF, image_std: HALF },
    'config.json': { id2label: { 0: 'cat', 1: 'dog', 2: 'owl' } },
  };
  const { models } = await poolWith(files, [], {}, 'net/onnx/model.onnx');
  expect(models.map(({ name, classes }) => [name, classes])).toEqual([['net', ['cat', 'dog', 'owl']]]);
});
