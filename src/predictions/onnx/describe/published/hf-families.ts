import type { Filter } from '../../pixels/coefficients.ts';

/** What an image processor does where its file is silent: the defaults of its class in transformers. */
export type Family = {
  /** A plain number as `size` is the shorter edge; in the others it is a square. */
  readonly isByEdge?: boolean;
  readonly size: number;
  /** Cut out of the middle, unless the file or `isCutting` says otherwise. */
  readonly crop?: number;
  readonly isCutting?: boolean;
  readonly cropPercent?: number;
  readonly filter: Filter;
  readonly isNormalizing?: boolean;
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  readonly isBgr?: boolean;
};

const HALF = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
const CLIP = { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] };
const EDGE = { isByEdge: true, size: 224, crop: 224, filter: 'bicubic' } as const;

/**
 * By the name of the class without `ImageProcessor`.
 *
 * @see https://github.com/huggingface/transformers/tree/main/src/transformers/models, image_processing_*.py
 */
const FAMILIES: Readonly<Record<string, Family>> = {
  beit: { size: 256, crop: 224, filter: 'bicubic', ...HALF },
  bit: { ...EDGE, ...CLIP },
  chineseclip: { ...EDGE, ...CLIP },
  clip: { ...EDGE, ...CLIP },
  convnext: { isByEdge: true, size: 384, cropPercent: 224 / 256, filter: 'bilinear', ...HALF },
  deit: { size: 256, crop: 224, filter: 'bicubic', ...HALF },
  dinov3vit: { size: 224, filter: 'bilinear', ...IMAGENET },
  efficientformer: { ...EDGE, ...IMAGENET },
  efficientnet: { size: 346, crop: 289, isCutting: false, filter: 'nearest', ...HALF },
  levit: { ...EDGE, ...IMAGENET, cropPercent: 224 / 256 },
  mobilenetv1: { ...EDGE, size: 256, filter: 'bilinear', ...HALF },
  mobilenetv2: { ...EDGE, size: 256, filter: 'bilinear', ...HALF },
  mobilevit: { ...EDGE, crop: 256, filter: 'bilinear', isNormalizing: false, isBgr: true },
  poolformer: { ...EDGE, ...IMAGENET, cropPercent: 0.9 },
  pvt: { size: 224, filter: 'bilinear', ...IMAGENET },
  segformer: { size: 512, filter: 'bilinear', ...IMAGENET },
  siglip: { size: 224, filter: 'bicubic', ...HALF },
  vit: { size: 224, filter: 'bilinear', ...HALF },
  vithybrid: { ...EDGE, ...CLIP },
};

/** Which processor belongs to a `model_type` of `config.json`, where it is not named alike. */
const OF_MODEL: Readonly<Record<string, string>> = {
  ...{ data2vecvision: 'beit', dinov2: 'bit', dinov2withregisters: 'bit', focalnet: 'bit', hiera: 'bit' },
  ...{ convnextv2: 'convnext', cvt: 'convnext', regnet: 'convnext', resnet: 'convnext', van: 'convnext' },
  ...{ dinat: 'vit', ijepa: 'vit', nat: 'vit', swiftformer: 'vit', swin: 'vit', swinv2: 'vit', vitmsn: 'vit' },
  ...{ mobilevitv2: 'mobilevit', pvtv2: 'pvt' },
};

/** The family's name: `convnext` of `ConvNextImageProcessorFast`, `ConvNextFeatureExtractor`, or of the model `resnet`. */
export function familyName(processorType: string | undefined, modelType: string | undefined): string {
  const own = processorType?.replace(/(ImageProcessor|FeatureExtractor)\w*$/, '');
  const name = (own || modelType || '').toLowerCase().replace(/[^a-z0-9]/g, '');
  return own ? name : (OF_MODEL[name] ?? name);
}

/** The family of this name; `undefined` for one whose processor is not known. */
export function familyOf(name: string): Family | undefined {
  return Object.hasOwn(FAMILIES, name) ? FAMILIES[name] : undefined;
}
