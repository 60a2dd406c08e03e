import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { PredictionMatrix } from '../core/predictions.ts';
import { readJson, writeWhole } from './cells.ts';

const Named = z.object({ name: z.string(), reason: z.string() });

const About = z.object({
  classes: z.array(z.string()),
  /** Relative to the batch's folder, in the order of the matrix. */
  images: z.array(z.object({ file: z.string(), sha256: z.string() })),
  setAside: z.array(z.object({ file: z.string(), reason: z.string() })),
  models: z.array(z.object({ name: z.string(), file: z.string(), sha256: z.string() })),
  leftOut: z.array(Named),
  matrix: z.string(),
});

/** What the whole pool said about a batch, and about which images and models. */
export type Predicted = Omit<z.infer<typeof About>, 'matrix'> & { readonly predictions: PredictionMatrix };

/** Keeps the matrix (i16, image-major, little-endian) and then what it is about, each whole or not at all. */
export async function writePredicted(folder: string, { predictions, ...about }: Predicted): Promise<void> {
  const { classes } = predictions;
  const bytes = Buffer.from(classes.buffer, classes.byteOffset, classes.byteLength);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'matrix.i16.new'), bytes, { flush: true });
  await rename(join(folder, 'matrix.i16.new'), join(folder, 'matrix.i16'));
  await writeWhole(join(folder, 'predicted.json'), { ...about, matrix: sha256(bytes) });
}

/**
 * `undefined` when nothing was finished in this folder.
 *
 * @throws when what is there is not what was written.
 */
export async function readPredicted(folder: string): Promise<Predicted | undefined> {
  const path = join(folder, 'predicted.json');
  if (!existsSync(path)) return undefined;
  const { matrix, ...about } = About.parse(await readJson(path));
  const bytes = await readFile(join(folder, 'matrix.i16'));
  if (sha256(bytes) !== matrix) {
    throw new Error(
      `${join(folder, 'matrix.i16')} is damaged. Restore it, or remove the folder to run the models again.`,
    );
  }
  const classes = new Int16Array(new Uint8Array(bytes).buffer);
  const { images, models } = about;
  const predictions = { images: images.length, models: models.length, classCount: about.classes.length, classes };
  return { ...about, predictions };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
