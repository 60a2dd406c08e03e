import { type Click, replay } from '../../method/belief.ts';
import { INHERITANCE } from '../../method/constants.ts';
import { inherit, type Yesterday } from '../../method/inherit.ts';
import type { Inherited } from '../../method/inherited.ts';
import type { PredictionMatrix } from '../../method/predictions.ts';
import { type Problem, prepare } from '../../method/problem.ts';
import type { Names } from '../../method/same-parameters.ts';
import type { Predicted } from '../../predictions/source.ts';
import type { Fact, FactOf } from '../../round/facts.ts';
import { clicksOf } from '../../round/round.ts';
import { roundOf } from '../../round/round-of.ts';

/** A day that is over: what its models said, and what people did. */
export type EarlierDay = {
  readonly matrix: PredictionMatrix;
  readonly names: Names;
  readonly opinions: number;
  /** Whether what it taught of each person is taken over. */
  readonly persons: boolean;
  /** What its evidence counts on the day after it, where it is not what it was in earlier versions. */
  readonly share: number | undefined;
  readonly clicks: readonly Click[];
};

/** Days that count: with each day between, evidence counts half, so that the fourth would count a sixteenth. */
const DAYS_MOST = 3;

/** Rounds that are looked through for days with answers. */
const LOOKED_THROUGH = 10;

/** What a round takes over from those before it: their batches, oldest first, and the answers that stand there. */
export type TakenOver = NonNullable<FactOf<'round'>['takesOver']>;

/** What a new round may take over; `batches` are those before it, in order. */
export function takenOver(batches: readonly string[], factsOf: (batch: string) => readonly Fact[]): TakenOver {
  const { share } = INHERITANCE;
  return batches
    .slice(-LOOKED_THROUGH)
    .map((batch) => ({ batch, answers: roundOf(factsOf(batch))?.answers.length ?? 0, persons: true, share }))
    .filter(({ answers }) => answers > 0)
    .slice(-DAYS_MOST);
}

/**
 * The days that a round takes over from, as they were then.
 *
 * @throws Error where one of them cannot be read any more.
 */
export async function readEarlierDays(
  taken: TakenOver,
  factsOf: (batch: string) => readonly Fact[],
  predictedOf: (batch: string) => Promise<Predicted | undefined>,
): Promise<EarlierDay[]> {
  const days: EarlierDay[] = [];
  for (const { batch, answers, persons = false, share } of taken) {
    const predicted = await predictedOf(batch);
    const round = roundOf(factsOf(batch));
    if (!predicted || !round)
      throw new Error(`Batch ${batch}, which a later one takes over from, cannot be read any more. Put it back.`);
    // Fewer where a crash took an answer that nobody was told had counted: what is on disk holds.
    const clicks = clicksOf(round).slice(0, answers);
    const { opinions } = round.opened.rules;
    days.push({ matrix: predicted.predictions, names: namesOf(predicted), opinions, persons, share, clicks });
  }
  return days;
}

/** What a batch's models and classes are: a model without a file, whose SHA-256 is of its predictions, is known by its name. */
export function namesOf({ models, classes }: Pick<Predicted, 'models' | 'classes'>): Names {
  return { models: models.map(({ name, file, sha256 }) => (file === undefined ? name : sha256)), classes };
}

/** What a batch takes over from the days before it, oldest first; the first of them starts from nothing. */
export function inheritedFrom(problem: Problem, names: Names, days: readonly EarlierDay[]): Inherited | undefined {
  let yesterday: Yesterday | undefined;
  for (const { matrix, names: called, opinions, persons, share, clicks } of days) {
    const before = prepare(matrix, { opinions });
    const inherited = yesterday && inherit(before, called, yesterday);
    const belief = replay(before, clicks, inherited);
    yesterday = { problem: before, names: called, belief, persons, ...(share !== undefined && { share }) };
  }
  return yesterday && inherit(problem, names, yesterday);
}
