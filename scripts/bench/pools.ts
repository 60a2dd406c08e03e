import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { CLASS_COUNT, type Network, networkFile } from './network.ts';

export type BenchPool = {
  readonly name: string;
  readonly models: readonly Network[];
  readonly photos: number;
  readonly width: 500 | 32;
  /** The other ways are tried on so many photos only, being slow; 0: not at all. */
  readonly comparedOn: number;
};

const KINDS = ['plain', 'residual', 'separable'] as const;

/** So many networks, the kinds in turn and no two of the same width. */
function several(count: number, size: number, channels: number, blocks: number, wide?: number): Network[] {
  return Array.from({ length: count }, (_, index) => {
    const kind = KINDS[index % KINDS.length]!;
    const more = 2 * Math.floor(index / KINDS.length) + (kind === 'separable' ? channels : 0);
    return { kind, size, channels: channels + more, blocks, ...(wide !== undefined && { wide }) };
  });
}

export const POOLS: readonly BenchPool[] = [
  { name: '1 large', models: several(1, 224, 112, 5), photos: 320, width: 500, comparedOn: 0 },
  { name: '12 large', models: several(12, 224, 26, 5), photos: 480, width: 500, comparedOn: 128 },
  { name: '12 medium', models: several(12, 224, 14, 5), photos: 256, width: 500, comparedOn: 128 },
  { name: '6 small', models: several(6, 224, 8, 4), photos: 512, width: 500, comparedOn: 512 },
  {
    name: '12 mixed',
    models: [...several(5, 224, 12, 5), ...several(4, 32, 16, 3), ...several(3, 160, 12, 4)],
    photos: 256,
    width: 500,
    comparedOn: 0,
  },
  { name: '11 of 32 x 32', models: several(11, 32, 16, 3), photos: 2000, width: 32, comparedOn: 0 },
  { name: '100 of 32 x 32', models: several(100, 32, 8, 3), photos: 2000, width: 32, comparedOn: 0 },
  { name: '12 heavy, many', models: several(12, 64, 8, 3, 150_000), photos: 10_000, width: 500, comparedOn: 0 },
];

/** Writes the pool as Hugging Face's hub lays models, so that every way finds what it needs. */
export async function writePool(folder: string, { models }: BenchPool): Promise<void> {
  const labels = Array.from({ length: CLASS_COUNT }, (_, index) => `class ${index}`);
  const config = {
    ...{ model_type: 'resnet', architectures: ['ResNetForImageClassification'] },
    id2label: Object.fromEntries(labels.entries()),
    label2id: Object.fromEntries(labels.map((label, index) => [label, index])),
  };
  for (const [index, network] of models.entries()) {
    const { size } = network;
    const place = join(folder, `model-${String(index).padStart(3, '0')}`);
    const processor = {
      ...{ image_processor_type: 'ViTImageProcessor', do_resize: true, size: { height: size, width: size } },
      ...{ resample: 2, image_mean: [0.5, 0.5, 0.5], image_std: [0.25, 0.25, 0.25] },
    };
    await mkdir(join(place, 'onnx'), { recursive: true });
    await writeFile(join(place, 'config.json'), JSON.stringify(config));
    await writeFile(join(place, 'preprocessor_config.json'), JSON.stringify(processor));
    await writeFile(join(place, 'onnx', 'model.onnx'), networkFile(network, index));
  }
}

/** Shapes under a little noise, about 55 kB as JPEG where they are 500 × 375, as photos are. */
export async function writePhotos(folder: string, count: number, width: 500 | 32): Promise<void> {
  await mkdir(folder, { recursive: true });
  const height = width === 500 ? 375 : width;
  const different: Buffer[] = [];
  for (let index = 0; index < count; index++) {
    different[index % 200] ??= await photo(width, height, index);
    // What follows the end of a JPEG is not looked at, but makes it another file.
    await writeFile(join(folder, `${String(index).padStart(5, '0')}.jpg`), [different[index % 200]!, String(index)]);
  }
}

function photo(width: number, height: number, seed: number): Promise<Buffer> {
  const noise = { type: 'gaussian' as const, mean: 90 + (seed % 60), sigma: 12 + (seed % 7) };
  return sharp({ create: { width, height, channels: 3, background: '#808080', noise } })
    .jpeg({ quality: 85 })
    .toBuffer();
}
