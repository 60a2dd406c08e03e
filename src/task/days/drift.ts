import type { SaidOnDay } from '../../method/days-aligned.ts';
import { differenceOf, isUnlike } from '../../method/unlike.ts';
import type { Predicted } from '../../predictions/source.ts';
import { type Drift, driftsIn } from '../../round/drift.ts';
import type { Measured, Result } from '../../round/facts.ts';
import { namesOf } from '../beliefs/earlier-days.ts';
import type { NewFact, Reading } from '../journal.ts';

/** Of the classes, these say enough. */
const CLASSES_MOST = 5;

/** Both ends of a 95 % interval. */
const Z = 1.96;

/** The fact that a batch's images are unlike those of the one before it, `since`, by what the models of both say of them. */
export function imagesDrift(predicted: Predicted, since: string, before: Predicted): NewFact[] {
  const difference = differenceOf(saidOn(before), saidOn(predicted));
  if (!difference || !isUnlike(difference)) return [];
  const { agreement, moved, chance } = difference;
  const classes = difference.classes.slice(0, CLASSES_MOST);
  return [driftFact('images', { what: 'images', since, agreement, moved, classes, chance })];
}

/**
 * The fact that the model that serves has fallen since it was deployed: by more than the two ranges allow together. Said once of
 * each deployment.
 */
export function accuracyDrift(result: Result, journal: Reading): NewFact[] {
  const { present } = result;
  const [serving] = journal.deployments();
  if (!present || serving?.result.model !== present.model || serving.result.labels === 0) return [];
  const { number } = serving.result;
  const before = { batch: serving.batch, result: number, ...claimed(serving.result, measuredOf(serving, journal)) };
  const fell = before.accuracy - present.accuracy;
  if (fell <= Z * Math.hypot(before.accuracySd, present.accuracySd)) return [];
  const names = journal.names();
  const since = names.slice(names.indexOf(serving.batch));
  const isSaid = since.some((name) =>
    driftsIn(journal.facts(name)).some(
      ({ drift }) => drift.what === 'accuracy' && drift.before.batch === before.batch && drift.before.result === number,
    ),
  );
  const { model, ...now } = present;
  return isSaid ? [] : [driftFact(`accuracy:${result.number}`, { what: 'accuracy', model, now, before })];
}

function driftFact(about: string, data: Drift): NewFact {
  return { kind: 'drift', key: `drift:${about}`, data };
}

function saidOn(predicted: Predicted): SaidOnDay {
  return { matrix: predicted.predictions, names: namesOf(predicted) };
}

function measuredOf({ batch, result }: { batch: string; result: Result }, journal: Reading): Measured | undefined {
  return journal.names().includes(batch) ? journal.round(batch).measured.get(result.number) : undefined;
}

function claimed({ accuracy, accuracySd }: Result, measured: Measured | undefined) {
  return measured ? { accuracy: measured.accuracy, accuracySd: measured.halfWidth / Z } : { accuracy, accuracySd };
}
