/**
 * Compares what the models see with what Pillow gives: decodes and resizes photos both ways and counts the bytes that
 * differ. Needs Pillow up to 12: from 13 on it takes the two directions of a resize in another order, now and then.
 *
 * Run: [PYTHON=/usr/bin/python3] npm exec -- node scripts/check-pillow.ts
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import type { Framing } from '../src/predictions/onnx/describe/model-spec.ts';
import { decode, render } from '../src/predictions/onnx/pixels/images.ts';

const PHOTOS = 40;

/** Prints the pixels of each file as Pillow decodes, resizes and crops them, RGB. */
const PYTHON = `
import json, math, sys
from PIL import Image
for job in json.loads(sys.argv[1]):
    image = Image.open(job["path"]).convert("RGB")
    width, height = image.size
    if job["shortestEdge"]:
        edge = job["shortestEdge"]
        short = min(width, height)
        size = tuple(edge if side == short else int(edge * side / short) for side in (width, height))
    else:
        size = tuple(job["stretchedTo"])
    image = image.resize(size, getattr(Image, job["filter"].upper()))
    start = math.floor if job["cropStart"] == "floor" else round
    left, top = start((size[0] - job["width"]) / 2), start((size[1] - job["height"]) / 2)
    sys.stdout.buffer.write(image.crop((left, top, left + job["width"], top + job["height"])).tobytes())
`;

const framings: Framing[] = (['bilinear', 'bicubic', 'nearest'] as const).flatMap((filter) => [
  { width: 224, height: 224, shortestEdge: 256, stretchedTo: [224, 224], cropStart: 'even', filter, upright: false },
  { width: 160, height: 128, shortestEdge: 0, stretchedTo: [160, 128], cropStart: 'even', filter, upright: false },
  { width: 224, height: 224, shortestEdge: 0, stretchedTo: [249, 249], cropStart: 'floor', filter, upright: false },
]);

const folder = await mkdtemp(join(tmpdir(), 'modelpicker-pillow-'));
try {
  for (const [kind, write] of Object.entries(kinds())) {
    const paths = await Promise.all(
      Array.from({ length: PHOTOS }, async (_, index) => {
        const path = join(folder, `${kind}-${index}`);
        await write(photo(index)).toFile(path);
        return path;
      }),
    );
    for (const framing of framings) report(kind, framing, await ours(paths, framing), pillows(paths, framing));
  }
} finally {
  await rm(folder, { recursive: true });
}

function kinds(): Record<string, (image: Sharp) => Sharp> {
  return {
    jpeg: (image) => image.jpeg({ quality: 85 }),
    'progressive jpeg': (image) => image.jpeg({ progressive: true }),
    'gray jpeg': (image) => image.grayscale().jpeg(),
    'cmyk jpeg': (image) => image.toColourspace('cmyk').jpeg(),
    png: (image) => image.png({ compressionLevel: 1 }),
    'png with alpha': (image) => image.ensureAlpha(0.5).png({ compressionLevel: 1 }),
    'palette png': (image) => image.png({ palette: true }),
    '16-bit png': (image) => image.toColourspace('rgb16').png({ compressionLevel: 1 }),
    '16-bit gray png': (image) => image.toColourspace('grey16').png({ compressionLevel: 1 }),
    webp: (image) => image.webp(),
    gif: (image) => image.gif(),
    tiff: (image) => image.tiff({ compression: 'lzw' }),
  };
}

/** Smooth shapes with noise over them, in sizes that no network wants. */
function photo(index: number): Sharp {
  const [width, height] = [300 + 7 * index, 420 - 3 * index];
  const data = Buffer.alloc(width * height * 3);
  let noise = index + 1;
  for (let at = 0; at < data.length; at++) {
    noise = (Math.imul(noise, 1_103_515_245) + 12_345) >>> 0;
    const x = Math.floor(at / 3) % width;
    const y = Math.floor(at / 3 / width);
    const wave = Math.sin(x / (9 + index)) + Math.cos(y / (11 + (at % 3) * 5));
    data[at] = Math.max(0, Math.min(255, 128 + 55 * wave + ((noise >>> 24) - 128) / 4));
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

async function ours(paths: readonly string[], framing: Framing): Promise<Buffer> {
  const bytes = framing.width * framing.height * 3;
  const all = Buffer.alloc(paths.length * bytes);
  for (const [index, path] of paths.entries()) {
    const sha256 = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    const target = all.subarray(index * bytes, (index + 1) * bytes);
    await decode(path, sha256, { upright: false, lying: true }, ({ lying }) => render(lying!, framing, target));
  }
  return all;
}

function pillows(paths: readonly string[], framing: Framing): Buffer {
  const jobs = JSON.stringify(paths.map((path) => ({ path, ...framing })));
  return execFileSync(process.env.PYTHON ?? 'python3', ['-c', PYTHON, jobs], { maxBuffer: 1e9 });
}

function report(kind: string, framing: Framing, own: Buffer, reference: Buffer): void {
  let different = 0;
  let largest = 0;
  for (const [at, value] of own.entries()) {
    const distance = Math.abs(value - reference[at]!);
    if (distance > 0) different++;
    largest = Math.max(largest, distance);
  }
  const what =
    different === 0 ? 'identical' : `${((100 * different) / own.length).toFixed(2)} % differ, by up to ${largest}`;
  const { width, height, shortestEdge, stretchedTo } = framing;
  const before =
    shortestEdge > 0 ? `edge ${shortestEdge}, ` : stretchedTo[0] > width ? `square ${stretchedTo[0]}, ` : '';
  const way = `${before}${width} x ${height}`;
  console.log(`${kind.padEnd(17)} ${framing.filter.padEnd(9)} ${way.padEnd(22)} ${what}`);
}
