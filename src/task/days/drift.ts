import type { SaidOnDay } from '../../method/days-aligned.ts';
import { differenceOf, isUnlike } from '../../method/unlike.ts';
import type { Predicted } from '../../predictions/source.ts';
import { type Drift, driftsIn } from '../../round/drift.ts';
import type { Fact, Measured, Result } from '../../round/facts.ts';
import { namesOf } from '../beliefs/earlier-days.ts';
import type { NewFact, Reading } from '../journal.ts';
import type { Deployed } from '../people.ts';

/** Of the classes, these say enough. */
const CLASSES_MOST = 5;

/** A model is held against what was claimed of it so many deployments ago at most. */
const DAYS_MOST = 14;

/** Both ends of a 95 % interval. */
const Z = 1.96;

type Days = Pick<Reading, 'names' | 'facts' | 'round' | 'deploymentsBefore'>;

/** A share of a batch's images that a model is expected to get right, and its standard deviation. */
type Expected = { readonly accuracy: number; readonly accuracySd: number };

/** The fact that a batch's images are unlike those of the one before it, `since`, by what the models of both say of them. */
export function imagesDrift(predicted: Predicted, since: string, before: Predicted): NewFact[] {
  const difference = differenceOf(saidOn(before), saidOn(predicted));
  if (!difference || !isUnlike(difference)) return [];
  const { agreement, moved, chance } = difference;
  const classes = difference.classes.slice(0, CLASSES_MOST);
  return [driftFact('images', { what: 'images', since, agreement, moved, classes, chance })];
}

/**
 * The fact that the model that served has fallen since it was deployed: by more than the two ranges allow together. It is
 * held against what was claimed of it when its days began, or when it was last said to have fallen.
 *
 * @param now what is known of that model on the batch, at best from images drawn at random.
 */
export function accuracyDrift(batch: string, result: Result, now: Expected | undefined, journal: Days): NewFact[] {
  const since = result.present && deployedSince(result.present.model, batch, result, journal);
  if (!since || !now) return [];
  const { number, model } = since.result;
  const before = { batch: since.batch, result: number, ...claimed(since.result, measuredOf(since, journal)) };
  const fell = before.accuracy - now.accuracy;
  if (fell <= Z * Math.hypot(before.accuracySd, now.accuracySd)) return [];
  const { accuracy, accuracySd } = now;
  const data = { what: 'accuracy' as const, model, now: { accuracy, accuracySd }, before };
  return [driftFact(`accuracy:${result.number}`, data)];
}

/** The first of the deployments of the model that served, day after day, since it was last said to have fallen. */
function deployedSince(model: string, batch: string, result: Result, journal: Days): Deployed | undefined {
  const names = journal.names();
  const here = names.indexOf(batch);
  let since: Deployed | undefined;
  for (const one of journal.deploymentsBefore(batch, result).take(DAYS_MOST)) {
    if (one.result.model !== model || one.result.labels === 0) break;
    const later = names.slice(names.indexOf(one.batch) + 1, here + 1);
    if (later.some((name) => isSaidOf(model, journal.facts(name)))) break;
    since = one;
  }
  return since;
}

function isSaidOf(model: string, facts: readonly Fact[]): boolean {
  return driftsIn(facts).some(({ drift }) => drift.what === 'accuracy' && drift.model === model);
}

function driftFact(about: string, data: Drift): NewFact {
  return { kind: 'drift', key: `drift:${about}`, data };
}

function saidOn(predicted: Predicted): SaidOnDay {
  return { matrix: predicted.predictions, names: namesOf(predicted) };
}

function measuredOf({ batch, result }: { batch: string; result: Result }, journal: Days): Measured | undefined {
  return journal.names().includes(batch) ? journal.round(batch).measured.get(result.number) : undefined;
}

function claimed({ accuracy, accuracySd }: Result, measured: Measured | undefined): Expected {
  return measured ? { accuracy: measured.accuracy, accuracySd: measured.halfWidth / Z } : { accuracy, accuracySd };
}
