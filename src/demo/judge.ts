import type { PredictionMatrix } from '../method/predictions.ts';
import type { KeptPredictions } from '../predictions/kept.ts';
import type { Measured, Result } from '../round/facts.ts';
import { points, share } from '../slack/say/numbers.ts';
import { measuredAs } from '../slack/say/phrases.ts';
import { claimOf } from '../terminal/status.ts';

/** A batch that was played, by people who know the truth of each file. */
type Judged = {
  readonly batch: string;
  readonly predicted: KeptPredictions;
  readonly truth: ReadonlyMap<string, string>;
  readonly print: (line: string) => void;
};

/**
 * Prints what was announced beside what is true.
 *
 * @throws when no winner stands, or one that is worse than what was claimed.
 */
export function judge(
  { batch, predicted, truth, print }: Judged,
  result: Result,
  measured: Measured | undefined,
): void {
  const { models, images, classes, predictions } = predicted;
  const labels = images.map(({ file }) => classes.indexOf(truth.get(file) ?? ''));
  const accuracies = models.map(({ name }, model) => ({ name, accuracy: accuracyOf(predictions, model, labels) }));
  accuracies.sort((a, b) => b.accuracy - a.accuracy);
  const [best, second] = accuracies;
  const announced = accuracies.find(({ name }) => name === result.model)!;
  print(`\nBatch ${batch}, announced: ${claimOf(result)}`);
  if (measured) print(`Measured: ${announced.name} has ${measuredAs(measured)}`);
  print(
    `By the true labels of all ${images.length} images: ${announced.name} ${share(announced.accuracy)}; ` +
      `best ${best!.name} ${share(best!.accuracy)}${second ? `, then ${second.name} ${share(second.accuracy)}` : ''}\n`,
  );
  if (!result.isWinner) throw new Error(`No clear winner for batch ${batch}: ${result.because}.`);
  const lacks = best!.accuracy - announced.accuracy;
  if (lacks > result.tolerance + 1e-9) {
    throw new Error(
      `The announced model is ${points(lacks)} behind the best; at most ${points(result.tolerance)} were claimed.`,
    );
  }
}

function accuracyOf({ models, classes }: PredictionMatrix, model: number, labels: readonly number[]): number {
  const right = labels.filter((label, image) => classes[image * models + model] === label).length;
  return right / labels.length;
}
