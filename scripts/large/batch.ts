import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { type LabeledData, readLabeledData } from '../../src/simulate/labeled-data.ts';
import { makeVotes } from '../bench/votes.ts';

/** What models said about a batch, and the truth. */
export type LargeBatch = Pick<LabeledData, 'matrix' | 'oracle'>;

const LABELED = new URL('../../../shared/datasets/imagenet_val67', import.meta.url).pathname;

/** Files written at once. */
const AT_ONCE = 64;

/** Of made-up models so many are the best: a round in which one of them stands out ends, and then nobody has anything to label. */
const EQUALS = 10;

/** Real predictions of 67 models on ImageNet's 50,000 validation images, where they are; otherwise made-up votes. */
export function votesOf(isReal: boolean, images: number, models: number, classes: number): LargeBatch {
  return isReal && existsSync(LABELED) ? readLabeledData(LABELED) : makeVotes(images, models, classes, EQUALS);
}

/** Writes a folder of images, each its own file, and what the models said of them in `predictions.csv`; gives the names of the classes. */
export async function writeBatch(folder: string, { matrix }: LargeBatch): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const classes = Array.from({ length: matrix.classCount }, (_, nth) => `class-${nth}`);
  const photo = await drawPhoto();
  for (let first = 0; first < matrix.images; first += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, matrix.images - first) }, (_, nth) => first + nth);
    await Promise.all(some.map((image) => writeFile(join(folder, fileOf(image)), numbered(photo, image))));
  }
  await writeFile(join(folder, 'predictions.csv'), table(matrix, classes));
  return classes;
}

/** By its number, so that images sort as the matrix has them. */
export function fileOf(image: number): string {
  return `${String(image).padStart(6, '0')}.jpg`;
}

function table({ images, models, classes }: LargeBatch['matrix'], names: readonly string[]): string {
  const lines = [['file', ...Array.from({ length: models }, (_, model) => `model-${model}`)].join(',')];
  for (let image = 0; image < images; image++) {
    const votes = Array.from(classes.subarray(image * models, (image + 1) * models), (vote) => names[vote] ?? '');
    lines.push([fileOf(image), ...votes].join(','));
  }
  return `${lines.join('\n')}\n`;
}

/** 500 x 375, as photos of ImageNet are on average. */
async function drawPhoto(): Promise<Buffer> {
  const [width, height] = [500, 375];
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
    return (x / 3 + y / 4) % 256;
  });
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 60 })
    .toBuffer();
}

/** The same photo with its number in a comment, so that no two files are equal. */
function numbered(photo: Buffer, image: number): Buffer {
  const comment = Buffer.alloc(8);
  comment.writeUInt16BE(0xfffe, 0);
  comment.writeUInt16BE(6, 2);
  comment.writeUInt32BE(image, 4);
  return Buffer.concat([photo.subarray(0, 2), comment, photo.subarray(2)]);
}
