import { ABSTAINED } from '../../method/predictions.ts';
import type { Batch, Predicted } from '../../predictions/source.ts';
import { className, type Round } from '../../round/round.ts';
import type { MistakesOutcome, MistakesRequest, RecheckOutcome, RecheckRequest } from '../asking/verbs.ts';
import type { Context } from '../context.ts';
import { type CurrentRound, imageNamed } from '../current-round.ts';
import type { Journal } from '../journal.ts';
import type { Openings } from '../openings.ts';
import type { Mistake, Mistakes } from '../people.ts';
import { isNamed } from '../serving/rulings.ts';

type Rounds = {
  readonly openings: Pick<Openings, 'predictedOf'>;
  readonly journal: Pick<Journal, 'names' | 'newest' | 'round'>;
  readonly batchNamed: (name: string) => Batch;
};

/** What a model of a batch got wrong; nothing of a round in which people are asked who must not be led. */
export async function findMistakes(
  { batch: wanted, model }: MistakesRequest,
  { openings, journal, batchNamed }: Rounds,
): Promise<MistakesOutcome> {
  const newest = journal.newest();
  const name = wanted === undefined ? newest : journal.names().find((one) => one === wanted);
  if (name === undefined) return { kind: 'no round' };
  const round = journal.round(name);
  const isClosed = name !== newest;
  const models = round.opened.models.map((one) => one.name);
  const asked = model ?? round.results.at(-1)?.result.model ?? '';
  const place = models.findIndex((one) => one.toLowerCase() === asked.toLowerCase());
  if (model !== undefined && place < 0) return { kind: 'no such model', models };
  if (!round.result && !isClosed) return { kind: 'still open' };
  if (place < 0) return { kind: 'no round' };
  const predicted = await openings.predictedOf(name);
  return { kind: 'mistakes', ...mistakesOf(round, { batch: batchNamed(name), predicted, isClosed }, place) };
}

/**
 * The labeled images that a model got wrong by what most people said of them; those where more of the other models say the
 * same as it come first, as there the label may be wrong.
 */
function mistakesOf(
  round: Round,
  { batch, predicted, isClosed }: { readonly batch: Batch; readonly predicted: Predicted; readonly isClosed: boolean },
  model: number,
): Mistakes {
  const { models, classes } = predicted.predictions;
  const saidBy = (image: number, one: number) => classes[image * models + one]!;
  const found: { readonly mistake: Mistake; readonly alike: number }[] = [];
  let labeled = 0;
  for (const [image, answers] of round.answersAbout) {
    const named = answers.filter((one) => one.class !== null);
    if (named.length === 0) continue;
    labeled += 1;
    const own = saidBy(image, model);
    const isRight = 2 * named.filter((one) => one.class === own).length > named.length;
    if (isRight) continue;
    const alike = round.opened.models.filter((_, one) => saidBy(image, one) === own).length;
    const { file } = predicted.images[image]!;
    const people = named.map(({ annotator, class: said }) => ({ annotator, class: className(round, said)! }));
    const wants = round.rechecks.get(image);
    const isAskedAgain = round.result !== undefined && wants?.result === round.result.number;
    const said = own === ABSTAINED ? null : round.opened.classes[own]!;
    found.push({ mistake: { number: image, image: imageNamed(batch, file), file, said, people, isAskedAgain }, alike });
  }
  found.sort((a, b) => b.alike - a.alike || a.mistake.number - b.mistake.number);
  const result = isClosed ? undefined : round.result?.number;
  return {
    batch: batch.name,
    model: round.opened.models[model]!.name,
    labeled,
    mistakes: found.map(({ mistake }) => mistake),
    ...(result !== undefined && { result }),
  };
}

/** Keeps that somebody wants another look at an image while a result stands. */
export async function recheck(
  { batch: { name }, predicted }: CurrentRound,
  { journal }: Context,
  { by, named, image }: RecheckRequest,
): Promise<RecheckOutcome> {
  const { result } = journal.round(name);
  if (!result || !isNamed(named, name, result.number) || !predicted.images[image]) return { kind: 'over' };
  const key = `recheck:${result.number}:${image}`;
  const isNew = await journal.record(name, { kind: 'recheck', key, result: result.number, image, by });
  return { kind: isNew ? 'asked' : 'asked already' };
}
