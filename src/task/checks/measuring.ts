import type { Measured } from '../../round/facts.ts';
import { IMAGES_MORE, isAnyLeft, isMeasuring } from '../../round/measuring.ts';
import type { Step } from '../../round/next-step.ts';
import { clicksOf, measuringOf } from '../../round/round.ts';
import type { MeasureOutcome, MeasureRequest } from '../asking/verbs.ts';
import type { Context } from '../context.ts';
import type { CurrentRound } from '../current-round.ts';
import { accuracyDrift } from '../days/drift.ts';
import { isNamed } from '../serving/rulings.ts';

/** Somebody wants the winner measured on more images, or on no more. */
export async function measure(
  { batch: { name } }: CurrentRound,
  { journal }: Context,
  { by, named, more }: MeasureRequest,
): Promise<MeasureOutcome> {
  const round = journal.round(name);
  const { result } = round;
  if (!result?.isWinner || !isNamed(named, name, result.number)) return { kind: 'over' };
  if (more === isMeasuring(round)) return { kind: more ? 'already measured' : 'over' };
  if (more && !isAnyLeft(round)) return { kind: 'nothing left' };
  const done = measuringOf(round)?.done ?? 0;
  const images = more ? done + IMAGES_MORE : done;
  const nth = journal.facts(name).filter(({ kind }) => kind === 'measuring').length + 1;
  await journal.record(name, { kind: 'measuring', key: `measuring:${nth}`, result: result.number, images, by });
  return { kind: more ? 'begun' : 'ended' };
}

/** Keeps what the answers about images drawn at random say of the winner, and whether what served until then has fallen. */
export async function recordMeasured(
  { result, measuring: { looks } }: Extract<Step, { kind: 'measure' }>,
  { batch: { name }, beliefs }: CurrentRound,
  { journal }: Context,
): Promise<void> {
  const round = journal.round(name);
  const said = looks.map(({ image, class: named, annotator }) => ({ image, class: named!, annotator }));
  const measureModel = (model: string) => {
    const place = round.opened.models.findIndex((one) => one.name === model);
    return beliefs.measure(clicksOf(round), place, said);
  };
  const { mean, halfWidth, looks: seen, known, others } = await measureModel(result.model);
  const answered = seen.map((look, at) => ({ answer: looks[at]!.key, ...look }));
  const served = result.present && result.present.model !== result.model && (await measureModel(result.present.model));
  const measured: Measured = {
    ...{ accuracy: mean, halfWidth, looks: answered, known, others },
    ...(served && { served: { accuracy: served.mean, halfWidth: served.halfWidth } }),
  };
  const nth = journal.facts(name).filter(({ kind }) => kind === 'measured').length + 1;
  const fact = { kind: 'measured' as const, key: `measured:${nth}`, result: result.number, measured };
  await journal.record(name, fact, ...accuracyDrift(name, result, measured, journal));
}
