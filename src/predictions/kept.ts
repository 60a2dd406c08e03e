import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Predicted } from './source.ts';

const aboutSchema = z.object({
  classes: z.array(z.string()),
  /** Relative to the batch's folder, in the order of the matrix. */
  images: z.array(z.object({ file: z.string(), sha256: z.string() })),
  setAside: z.array(z.object({ file: z.string(), reason: z.string() })),
  models: z.array(
    z.object({
      name: z.string(),
      file: z.string().optional(),
      sha256: z.string(),
      msPerImage: z.number().optional(),
      classes: z.array(z.string()).optional(),
      fed: z.record(z.string(), z.unknown()).optional(),
      providers: z.array(z.string()).optional(),
    }),
  ),
  leftOut: z.array(z.object({ name: z.string(), reason: z.string() })),
});

/** `predicted.json`: what the two binary files are about, the SHA-256 of each, and of all of that. */
const Sealed = z.object({ about: aboutSchema, matrix: z.string(), scores: z.string(), seal: z.string() });

/** What the whole pool said about a batch, and how sure each model was. */
export type KeptPredictions = Predicted & {
  /** `scores[image * models + model]`: probability of the predicted class, in 1/65535. */
  readonly scores: Uint16Array;
};

/** Keeps the matrix and the scores (16-bit, image-major, little-endian) and then what they are about, each whole or not
 * at all: with `predicted.json` in place the batch is finished. */
export async function writePredicted(
  folder: string,
  { predictions, scores, ...about }: KeptPredictions,
): Promise<void> {
  const matrixBytes = bytesOf(predictions.classes);
  const scoreBytes = bytesOf(scores);
  const sums = { matrix: sha256(matrixBytes), scores: sha256(scoreBytes) };
  await mkdir(folder, { recursive: true });
  await writeWhole(join(folder, 'matrix.i16'), matrixBytes);
  await writeWhole(join(folder, 'scores.u16'), scoreBytes);
  const sealed = { about, ...sums, seal: sealOf(about, sums) };
  await writeWhole(join(folder, 'predicted.json'), Buffer.from(JSON.stringify(sealed)));
}

/**
 * `undefined` when nothing was finished in this folder.
 *
 * @throws when what is there is not what was written.
 */
export async function readPredicted(folder: string): Promise<KeptPredictions | undefined> {
  const path = join(folder, 'predicted.json');
  if (!existsSync(path)) return undefined;
  try {
    const { about, seal, ...sums } = Sealed.parse(JSON.parse(await readFile(path, 'utf8')));
    const [matrix, scores] = await Promise.all(
      ['matrix.i16', 'scores.u16'].map((name) => readFile(join(folder, name))),
    );
    if (sealOf(about, sums) !== seal) throw new Error('predicted.json was changed');
    if (sha256(matrix!) !== sums.matrix) throw new Error('matrix.i16 was changed');
    if (sha256(scores!) !== sums.scores) throw new Error('scores.u16 was changed');
    const classes = new Int16Array(new Uint8Array(matrix!).buffer);
    const { images, models } = about;
    const predictions = { images: images.length, models: models.length, classCount: about.classes.length, classes };
    return { ...about, predictions, scores: new Uint16Array(new Uint8Array(scores!).buffer) };
  } catch (error) {
    const what = (error as Error).message.split('\n')[0];
    throw new Error(
      `The predictions in ${folder} are damaged (${what}). Restore the folder from a backup, or remove it to run the models again.`,
      { cause: error },
    );
  }
}

function sealOf(about: Omit<Predicted, 'predictions'>, sums: { matrix: string; scores: string }): string {
  return sha256(Buffer.from(JSON.stringify([aboutSchema.parse(about), sums.matrix, sums.scores])));
}

/** Writes so that after a crash there is the old file or the new one, whole. */
async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  const file = await open(`${path}.new`, 'w');
  await file.writeFile(bytes);
  await file.sync();
  await file.close();
  await rename(`${path}.new`, path);
}

function bytesOf({ buffer, byteOffset, byteLength }: Int16Array | Uint16Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
