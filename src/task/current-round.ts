import { join } from 'node:path';
import type { PredictionMatrix } from '../method/predictions.ts';
import type { Batch, Predicted } from '../predictions/source.ts';
import type { Rules } from '../round/facts.ts';
import type { PressOnCard } from '../round/second-look.ts';
import type { View } from '../round/view.ts';
import { findLookAlikes, type LookAlikes } from './asking/look-alikes.ts';
import { type EarlierDay, namesOf } from './beliefs/earlier-days.ts';
import type { Beliefs, OpenBeliefs } from './beliefs/thread.ts';
import type { ImageFile } from './people.ts';

/** The newest round with what its facts are about in memory: predictions, image files and the method at work. */
export type CurrentRound = {
  readonly batch: Batch;
  readonly predicted: Predicted;
  readonly beliefs: Beliefs;
  readonly lookAlikes: LookAlikes;
  /** The last view, at most a few answers old. */
  view: View | undefined;
  /** Images that views chose to ask about next, the newest choice first: some are on Slack and no longer in the last view. */
  chosen: readonly number[];
  /** A press on the card since its last answer that did not count, because only somebody else may answer. */
  refused: PressOnCard | undefined;
  /** Withdrawn results of which the daily announcements that named them say so already. */
  readonly retracted: Set<number>;
};

/** Puts the method to work on a round, with what earlier days taught. */
export function openCurrentRound(
  batch: Batch,
  predicted: Predicted,
  rules: Rules,
  earlier: readonly EarlierDay[],
  openBeliefs: OpenBeliefs,
): CurrentRound {
  const names = namesOf(predicted);
  const matrix = sharedByThreads(predicted.predictions);
  const beliefs = openBeliefs({ matrix, rules, names, earlier });
  const lookAlikes = findLookAlikes(matrix);
  const yet = { view: undefined, chosen: [], refused: undefined, retracted: new Set<number>() };
  return { batch, predicted: { ...predicted, predictions: matrix }, beliefs, lookAlikes, ...yet };
}

/** In memory that the thread of the method uses as it is; it would be given a copy otherwise. */
function sharedByThreads(matrix: PredictionMatrix): PredictionMatrix {
  if (matrix.classes.buffer instanceof SharedArrayBuffer) return matrix;
  const classes = new Int16Array(new SharedArrayBuffer(matrix.classes.byteLength));
  classes.set(matrix.classes);
  return { ...matrix, classes };
}

/** An image of the round by its number. */
export function imageFile({ batch, predicted }: CurrentRound, image: number): ImageFile {
  const { file, sha256 } = predicted.images[image]!;
  return { ...imageNamed(batch, file), sha256 };
}

/** The image as people's side knows it: readable, and named across batches. */
export function imageNamed({ name, folder }: Batch, file: string): ImageFile {
  return { key: `${name}/${file}`, file: join(folder, file) };
}
