import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Predicted } from '../../predictions/source.ts';
import { className, type Round } from '../../round/round.ts';
import type { Review, Settled } from '../beliefs/review.ts';
import { csvText } from './csv.ts';

/** One label for each image of a batch that people answered, from all clicks on it and the models' votes. */
export type BatchLabels = { readonly batch: string; readonly settled: readonly Settled[] };

/** What the method makes of the clicks of a round, by the names of files and classes. */
export function settledOf(round: Round, { images }: Pick<Predicted, 'images'>, { settled }: Review): BatchLabels {
  const named = settled.map(({ image, class: index, probability, opinions }) => ({
    file: images[image]!.file,
    class: className(round, index),
    probability,
    opinions,
  }));
  return { batch: round.opened.batch, settled: named };
}

/** One row an image: the class (empty where it is one that nobody named), its probability, and the answers it rests on. */
export function labelsCsv(batches: readonly BatchLabels[]): string {
  const rows = batches.flatMap(({ batch, settled }) =>
    settled.map(({ file, class: name, probability, opinions }) => [
      ...[batch, file, name ?? '', probability.toFixed(4), String(opinions)],
    ]),
  );
  return csvText([['batch', 'image', 'class', 'probability', 'answers'], ...rows]);
}

/**
 * A line of JSON an image, with `file_name` below the folder of batches, as data sets of folders take it; images whose class
 * is not known are left out.
 *
 * @see https://huggingface.co/docs/datasets/image_dataset
 */
export function manifestOf({ batch, settled }: BatchLabels): string {
  return settled
    .filter((one) => one.class !== null)
    .map(({ file, class: label, probability, opinions: answers }) => ({
      file_name: `${batch}/${file}`,
      ...{ label, probability: Number(probability.toFixed(4)), answers },
    }))
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
}

/** Writes `<batch>.jsonl` for each batch, each whole or not at all. What is there of batches that are not given stays. */
export async function writeManifests(folder: string, batches: readonly BatchLabels[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const labels of batches) {
    const file = join(folder, `${labels.batch}.jsonl`);
    await writeFile(`${file}.new`, manifestOf(labels));
    await rename(`${file}.new`, file);
  }
}
