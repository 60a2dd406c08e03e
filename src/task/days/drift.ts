import type { SaidOnDay } from '../../method/days-aligned.ts';
import { differenceOf, isUnlike } from '../../method/unlike.ts';
import type { Predicted } from '../../predictions/source.ts';
import { type Drift, driftsIn } from '../../round/drift.ts';
import type { Fact, Measured, Result } from '../../round/facts.ts';
import { shareOfPresent, shareOfWinner } from '../../round/model-share.ts';
import { namesOf } from '../beliefs/earlier-days.ts';
import type { NewFact, Reading } from '../journal.ts';
import type { Deployed } from '../people.ts';

/** Of the classes, these say enough. */
const CLASSES_MOST = 5;

/** A model is held against what was claimed of it so many deployments ago at most. */
const DAYS_MOST = 14;

/** Both ends of a 95 % interval. */
const Z = 1.96;

type PastDays = Pick<Reading, 'names' | 'facts' | 'round' | 'deploymentsBefore'>;

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
 * @param measured what images drawn at random say of the result, once they do.
 */
export function accuracyDrift(
  batch: string,
  result: Result,
  measured: Measured | undefined,
  journal: PastDays,
): NewFact[] {
  const present = shareOfPresent(result, measured);
  const since = present && deployedSince(present.model, batch, result, journal);
  if (!since) return [];
  const { model, ...now } = present;
  const { model: _, ...claimed } = shareOfWinner(since.result, measuredOf(since, journal));
  const before = { batch: since.batch, result: since.result.number, ...claimed };
  const fell = before.accuracy - now.accuracy;
  if (fell <= Z * Math.hypot(before.accuracySd, now.accuracySd)) return [];
  return [driftFact(`accuracy:${result.number}`, { what: 'accuracy', model, now, before })];
}

/** The first of the deployments of the model that served, day after day, since it was last said to have fallen. */
function deployedSince(model: string, batch: string, result: Result, journal: PastDays): Deployed | undefined {
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

function measuredOf({ batch, result }: { batch: string; result: Result }, journal: PastDays): Measured | undefined {
  return journal.names().includes(batch) ? journal.round(batch).measured.get(result.number) : undefined;
}
