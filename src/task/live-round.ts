import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Click } from '../method/belief.ts';
import { ABSTAINED, type PredictionMatrix } from '../method/predictions.ts';
import type { Batch, Predicted } from '../predictions/source.ts';
import type { Rules } from '../round/facts.ts';
import type { View } from '../round/next-step.ts';
import { openQuestions, type Question, type Round } from '../round/round.ts';
import type { Beliefs, Opening } from './beliefs/thread.ts';
import type { Arriving, ImageFile, Question as ShownQuestion } from './people.ts';

/** The newest round with what its facts are about in memory: predictions, image files and the method at work. */
export type LiveRound = {
  readonly batch: Batch;
  readonly predicted: Predicted;
  readonly beliefs: Beliefs;
  /** The last view, at most a few answers old. */
  view: View | undefined;
  /** Results whose announcement already says that they were withdrawn. */
  readonly markedWithdrawn: Set<number>;
  /** The result whose model was put in place by this process. */
  inPlace: number | undefined;
  /** The next batch, while the models take long over it. */
  arriving: Arriving | undefined;
};

export function openLiveRound(
  batch: Batch,
  predicted: Predicted,
  rules: Rules,
  openBeliefs: (opening: Opening) => Beliefs,
): LiveRound {
  const beliefs = openBeliefs({ matrix: predicted.predictions, rules });
  return {
    batch,
    predicted,
    beliefs,
    view: undefined,
    markedWithdrawn: new Set(),
    inPlace: undefined,
    arriving: undefined,
  };
}

export function clicksOf(round: Round): Click[] {
  return round.answers.map(({ image, class: answered, annotator }) => ({ image, class: answered, annotator }));
}

export function pendingImages(round: Round, now: Date): number[] {
  return openQuestions(round, now).map((question) => question.image);
}

export function imageFile(live: LiveRound, image: number): ImageFile {
  return imageNamed(live.batch, live.predicted.images[image]!.file);
}

/** The image as people's side knows it: readable, and named across batches. */
export function imageNamed({ name, folder }: Batch, file: string): ImageFile {
  return { key: `${name}/${file}`, file: join(folder, file) };
}

export function shownQuestion(live: LiveRound, question: Question): ShownQuestion {
  return {
    id: question.key,
    batch: live.batch.name,
    image: imageFile(live, question.image),
    classes: live.predicted.classes,
    candidates: candidateClasses(live.predicted.predictions, question.image),
    opinion: question.opinion,
  };
}

/** SHA-256 over the matrix, so that answers are never counted against other predictions. */
export function identityOf({ images, models, classes }: PredictionMatrix): string {
  const bytes = new Uint8Array(classes.buffer, classes.byteOffset, classes.byteLength);
  return createHash('sha256').update(`${images}x${models}:`).update(bytes).digest('hex');
}

/** Ascending: the order people see must not tell how many models chose a class. */
function candidateClasses({ models, classes }: PredictionMatrix, image: number): number[] {
  const predicted = new Set(classes.subarray(image * models, (image + 1) * models));
  predicted.delete(ABSTAINED);
  return [...predicted].sort((a, b) => a - b);
}
