import type { Predicted } from '../predictions/source.ts';

/** How a model's answers on some images compare with those of the whole pool. */
export type Agreement = {
  readonly name: string;
  /** Of the images on which one class has more votes than any other. */
  readonly agreed: number;
  readonly decided: number;
  /** The class it answers for nearly all images, where most of the others see something else. */
  readonly stuckOn: string | undefined;
};

/** Fewer images say nothing about a habit. */
const IMAGES_MIN = 8;

/** One class for so many of the images is nearly all. */
const NEARLY_ALL = 0.9;

/** Where the pool's majority gives that class to so many images as well, that is what the images show. */
const USUAL = 0.7;

/** For each model, in the pool's order. */
export function agreements({
  models,
  classes,
  predictions,
}: Pick<Predicted, 'models' | 'classes' | 'predictions'>): Agreement[] {
  const answersOf = (model: number) =>
    Array.from({ length: predictions.images }, (_, image) => predictions.classes[image * predictions.models + model]!);
  const columns = models.map((_, model) => answersOf(model));
  const majority = majorityOf(columns, predictions.images);
  return models.map(({ name }, model) => {
    const answers = columns[model]!;
    const others = majorityOf(columns.toSpliced(model, 1), predictions.images);
    const decided = majority.filter((vote) => vote !== undefined).length;
    const agreed = answers.filter((answer, image) => answer === majority[image]).length;
    const stuckOn = stuck(answers, others);
    return { name, agreed, decided, stuckOn: stuckOn === undefined ? undefined : classes[stuckOn] };
  });
}

/** The class with most votes for each image; `undefined` where two have as many, or nobody votes. */
function majorityOf(columns: readonly (readonly number[])[], images: number): (number | undefined)[] {
  return Array.from({ length: images }, (_, image) => {
    const [first, second] = countsOf(columns.map((answers) => answers[image]!));
    return first && first.count > (second?.count ?? 0) ? first.answer : undefined;
  });
}

/** How often each answer is given, the most frequent first. */
function countsOf(answers: readonly number[]): { answer: number; count: number }[] {
  const counts = [...Map.groupBy(answers, (answer) => answer)].map(([answer, { length }]) => ({
    answer,
    count: length,
  }));
  return counts.sort((a, b) => b.count - a.count);
}

function stuck(answers: readonly number[], others: readonly (number | undefined)[]): number | undefined {
  const [most] = countsOf(answers);
  if (!most || answers.length < IMAGES_MIN || most.count < NEARLY_ALL * answers.length) return undefined;
  const seen = others.filter((vote) => vote === most.answer).length;
  return seen >= USUAL * answers.length ? undefined : most.answer;
}
