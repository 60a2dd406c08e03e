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

type KeptAbout = z.infer<typeof aboutSchema>;

/** The SHA-256 of the two binary files. */
const sumsSchema = z.object({ matrix: z.string(), scores: z.string() });

/** `predicted.json`: what the two binary files are about, the SHA-256 of each, and of all of that. */
const Sealed = z.object({ about: aboutSchema, ...sumsSchema.shape, seal: z.string() });

/** What the whole pool said about a batch, and how sure each model was. */
export type KeptPredictions = Predicted & {
  /** `scores[image * models + model]`: probability of the predicted class, in 1/65535. */
  readonly scores: Uint16Array;
};

/** Keeps the matrix and the scores (16-bit, image-major, little-endian) and then what they are about, each whole or not
 * at all: with `predicted.json` in place the batch is finished. */
export async function writePredicted(folder: string, { predictions, scores, ...kept }: KeptPredictions): Promise<void> {
  const matrixBytes = bytesOf(predictions.classes);
  const scoreBytes = bytesOf(scores);
  const sums = { matrix: sha256(matrixBytes), scores: sha256(scoreBytes) };
  const about = JSON.stringify(aboutSchema.parse(kept));
  await mkdir(folder, { recursive: true });
  await writeWhole(join(folder, 'matrix.i16'), matrixBytes);
  await writeWhole(join(folder, 'scores.u16'), scoreBytes);
  const sealed = `{"about":${about},"matrix":"${sums.matrix}","scores":"${sums.scores}","seal":"${sealOf(about, sums)}"}`;
  await writeWhole(join(folder, 'predicted.json'), Buffer.from(sealed));
}

/**
 * `undefined` when nothing was finished in this folder.
 *
 * @throws when what is there is not what was written.
 */
export function readPredicted(folder: string): Promise<KeptPredictions | undefined> {
  return reading(folder, async () => {
    const { predicted, scores } = await readWithoutScores(folder);
    return { ...predicted, scores: new Uint16Array(await readCells(folder, 'scores.u16', scores)) };
  });
}

/** The same without the scores: a round needs none, and people wait for it at a start. */
export function recallPredicted(folder: string): Promise<Predicted | undefined> {
  return reading(folder, async () => (await readWithoutScores(folder)).predicted);
}

async function reading<Read>(folder: string, read: () => Promise<Read>): Promise<Read | undefined> {
  if (!existsSync(join(folder, 'predicted.json'))) return undefined;
  try {
    return await read();
  } catch (error) {
    const what = (error as Error).message.split('\n')[0];
    throw new Error(
      `The predictions in ${folder} are damaged (${what}). Restore the folder from a backup, or remove it to run the models again.`,
      { cause: error },
    );
  }
}

/** `scores`: the SHA-256 that they should have. */
async function readWithoutScores(folder: string): Promise<{ predicted: Predicted; scores: string }> {
  const { about, matrix, scores } = await readSealed(join(folder, 'predicted.json'));
  const { images, models } = about;
  const classes = new Int16Array(await readCells(folder, 'matrix.i16', matrix));
  const predictions = { images: images.length, models: models.length, classCount: about.classes.length, classes };
  return { predicted: { ...about, predictions }, scores };
}

/** How `writePredicted` ends the file. */
const ENDING = /,"matrix":"(?<matrix>\w{64})","scores":"(?<scores>\w{64})","seal":"(?<seal>\w{64})"\}$/;

/** Longer than that ending. */
const ENDING_BYTES = 300;

/**
 * What the seal is over, the file has as it stands: then it is what was written, and need be neither checked nor written again to
 * know that, which for 50,000 images takes longer than all else. Earlier versions wrote the fields of a model in any order.
 */
async function readSealed(path: string): Promise<{ about: KeptAbout } & z.infer<typeof sumsSchema>> {
  const bytes = await readFile(path);
  const end = ENDING.exec(bytes.toString('latin1', Math.max(0, bytes.length - ENDING_BYTES)));
  if (end) {
    const sums = sumsSchema.parse(end.groups);
    const about = bytes.subarray('{"about":'.length, bytes.length - end[0].length);
    if (sealOf(about, sums) === end.groups?.seal) return { about: JSON.parse(about.toString()) as KeptAbout, ...sums };
  }
  const { seal, ...sealed } = Sealed.parse(JSON.parse(bytes.toString()));
  if (sealOf(JSON.stringify(sealed.about), sealed) !== seal) throw new Error('predicted.json was changed');
  return sealed;
}

/** The bytes of a file, in memory that threads can share: each that works on a batch would have a copy of its own otherwise. */
async function readCells(folder: string, name: string, sum: string): Promise<SharedArrayBuffer> {
  const bytes = await readFile(join(folder, name));
  if (sha256(bytes) !== sum) throw new Error(`${name} was changed`);
  const cells = new SharedArrayBuffer(bytes.length);
  new Uint8Array(cells).set(bytes);
  return cells;
}

/** Over `[about,"matrix's","scores'"]`; `about` is JSON with its fields in the order of the schema. */
function sealOf(about: string | Buffer, { matrix, scores }: z.infer<typeof sumsSchema>): string {
  return createHash('sha256').update('[').update(about).update(`,"${matrix}","${scores}"]`).digest('hex');
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

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
