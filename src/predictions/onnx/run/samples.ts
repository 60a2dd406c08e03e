import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import type { BatchImage } from '../../list-images.ts';
import { type LabelSet, without } from '../describe/label-set.ts';
import { withoutDevice } from '../devices/devices.ts';
import { runInChild } from './child.ts';
import { jobOf } from './job.ts';
import type { BadModel } from './runner.ts';

/** How people's cameras, scanners and editors save images. */
const KINDS: Readonly<Record<string, (image: Sharp) => Sharp>> = {
  'photo.jpg': (image) => image.jpeg(),
  'progressive.jpg': (image) => image.jpeg({ progressive: true }),
  'turned.jpg': (image) => image.withMetadata({ orientation: 6 }).jpeg(),
  'gray.jpg': (image) => image.grayscale().jpeg(),
  'cmyk.jpg': (image) => image.toColourspace('cmyk').jpeg(),
  'plain.png': (image) => image.png(),
  'alpha.png': (image) => image.ensureAlpha(0.5).png(),
  'palette.png': (image) => image.png({ palette: true }),
  '16-bit.png': (image) => image.toColourspace('rgb16').png(),
  'photo.webp': (image) => image.webp(),
  'picture.gif': (image) => image.gif(),
  'scan.tiff': (image) => image.tiff(),
};

/** Writes one image of noise of each kind. */
export async function writeSamples(folder: string): Promise<BatchImage[]> {
  await mkdir(folder, { recursive: true });
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 30 };
  const whole = sharp({ create: { width: 500, height: 375, channels: 3, background: '#808080', noise } });
  return Promise.all(
    Object.entries(KINDS).map(async ([file, save]) => {
      const bytes = await save(whole.clone()).toBuffer();
      await writeFile(join(folder, file), bytes);
      return { file, sha256: createHash('sha256').update(bytes).digest('hex') };
    }),
  );
}

/** Runs each model on samples, one at a time: how many ms an image takes on one core (or its device), and which fail, and why. */
export async function timeModels(
  pool: Pick<LabelSet, 'classes' | 'models' | 'classMaps'>,
): Promise<{ msPerImage: ReadonlyMap<string, number>; bad: readonly BadModel[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-samples-'));
  const msPerImage = new Map<string, number>();
  try {
    const samples = await writeSamples(join(folder, 'images'));
    // More than a run: the first ones of a model are its slowest.
    const images = [...samples, ...samples, ...samples];
    const absent = await withoutDevice(pool.models);
    const job = jobOf(without(absent, pool), join(folder, 'images'), images, join(folder, 'results'), { workers: 1 });
    const bad = await runInChild(
      job,
      () => undefined,
      undefined,
      (name, ms) => msPerImage.set(name, ms),
    );
    return { msPerImage, bad: [...absent, ...bad] };
  } finally {
    await rm(folder, { recursive: true });
  }
}
