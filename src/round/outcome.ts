import { seemsToGuess } from './chance.ts';
import type { Result } from './facts.ts';
import { annotatorsOf, labelCount, type Round } from './round.ts';
import type { View } from './view.ts';

/** A model that serves now: by its name, and its file's SHA-256 where that is known; `isPinned` where an admin chose it. */
export type PresentModel = { readonly model: string; readonly sha256?: string; readonly isPinned?: boolean };

/** What is claimed when a round ends, `present` being what serves. */
export function resultOf(
  round: Round,
  view: View,
  because: Result['because'],
  present: PresentModel | undefined,
): Result {
  const { models, rules } = round.opened;
  const name = (model: number) => models[model]!.name;
  const isBest = view.sure === 'best';
  const isWinner = view.sure !== undefined && labelCount(round) > 0;
  const winner = choiceOf(round, view, present);
  const doubt = isWinner ? doubtOf(round, view, winner, present) : undefined;
  const kept = isWinner ? keptOf(round, view, winner, present) : undefined;
  return {
    number: round.results.length + 1,
    because,
    isWinner,
    model: name(winner),
    tiedWith: [view.leader, ...view.tiedWithLeader].filter((model) => model !== winner).map(name),
    confidence: isBest ? view.confidenceBest : view.confidenceWithin,
    tolerance: isBest ? 0 : rules.tolerance,
    accuracy: view.accuracy[view.leader]!,
    accuracySd: view.accuracySd[view.leader]!,
    ...runnerUpOf(view, name),
    ...presentOf(round, view, present),
    labels: labelCount(round),
    annotators: annotatorsOf(round),
    ...(because === 'people cannot tell' &&
      view.cannotTell && { inseparable: inseparableOf(view.cannotTell, view, name) }),
    ...(doubt && { doubt }),
    ...(kept && { kept }),
  };
}

/**
 * Who comes next in the share of images right, as the chart has them; not who is most likely to overtake, which says little
 * once nobody is. Absent where no model can overtake any more.
 */
function runnerUpOf(view: View, name: (model: number) => string): Pick<Result, 'runnerUp'> {
  if (view.runnerUp === undefined) return {};
  const level = new Set([view.leader, ...view.tiedWithLeader]);
  const next = [...view.accuracy.keys()]
    .filter((model) => !level.has(model))
    .reduce((best, model) => (view.accuracy[model]! > view.accuracy[best]! ? model : best), view.runnerUp);
  return { runnerUp: { model: name(next), accuracy: view.accuracy[next]! } };
}

/** A winner that is in doubt waits for an admin's yes; one that would replace its near equal does not replace it. */
export function mayDeploy(round: Round, { isWinner, number, doubt, kept }: Result): boolean {
  if (!isWinner || kept) return false;
  return doubt === undefined || round.rulings.get(number)?.deploys === true;
}

/** Whether an admin's word on this result is awaited. */
export function awaitsRuling(round: Round, { number, isWinner, doubt, kept }: Result): boolean {
  return isWinner && !kept && doubt !== undefined && !round.rulings.has(number);
}

/** With fewer labels nobody is alarmed: even a good model may miss most of a dozen hard images. A winner is doubted sooner. */
const LABELS_TO_ALARM = 20;

/** Whether people are to hear, before there is a winner, that even the leader seems to guess. */
export function isAlarming(round: Round, view: View): boolean {
  return !round.result && view.hits.labels >= LABELS_TO_ALARM && isNoBetterThanChance(round, view);
}

/** Whether the labels so far make even the leader seem to guess. */
function isNoBetterThanChance({ opened }: Round, { leader, accuracy, hits }: View): boolean {
  return seemsToGuess(hits, opened.classes.length, accuracy[leader]!);
}

function doubtOf(round: Round, view: View, winner: number, present: PresentModel | undefined): Result['doubt'] {
  const { models, rules } = round.opened;
  const { minimumAccuracy = 0, deploy = 'automatic' } = rules;
  if (isNoBetterThanChance(round, view)) return 'no better than chance';
  if (view.accuracy[view.leader]! < minimumAccuracy) return 'below the minimum';
  if (present?.isPinned) return 'another is pinned';
  // Where nothing would change, there is nothing to ask.
  return deploy === 'ask' && !isSame(models[winner]!, present) ? 'admins decide' : undefined;
}

/** Of the leader and its equals, the one that wins: what serves already, or the fastest where that is preferred. */
function choiceOf({ opened: { models, rules } }: Round, view: View, present: PresentModel | undefined): number {
  const equals = [view.leader, ...view.tiedWithLeader];
  const slowness = (model: number) => models[model]!.msPerImage ?? Number.POSITIVE_INFINITY;
  if (rules.prefer === 'fastest') return equals.reduce((best, one) => (slowness(one) < slowness(best) ? one : best));
  return equals.find((model) => isSame(models[model]!, present)) ?? view.leader;
}

/** What serves stays where the winner is expected to be better by no more than the rules ask for. */
function keptOf({ opened: { models, rules } }: Round, view: View, winner: number, present: PresentModel | undefined) {
  const model = models.findIndex((one) => isSame(one, present));
  if (model < 0 || model === winner || view.tiedWithLeader.includes(model) || model === view.leader) return undefined;
  const behind = view.accuracy[view.leader]! - view.accuracy[model]!;
  const unlessBetterBy = rules.keepUnlessBetterBy ?? rules.tolerance;
  return behind <= unlessBetterBy ? { model: models[model]!.name, behind, unlessBetterBy } : undefined;
}

/** What is expected on this batch of the model that serves. */
function presentOf(
  { opened: { models } }: Round,
  view: View,
  present: PresentModel | undefined,
): Pick<Result, 'present'> {
  const at = models.findIndex((one) => isSame(one, present));
  if (at < 0) return {};
  return { present: { model: models[at]!.name, accuracy: view.accuracy[at]!, accuracySd: view.accuracySd[at]! } };
}

function isSame(model: { name: string; sha256: string }, present: PresentModel | undefined): boolean {
  return model.name === present?.model && (present.sha256 === undefined || model.sha256 === present.sha256);
}

function inseparableOf(
  { models, apart }: NonNullable<View['cannotTell']>,
  view: View,
  name: (model: number) => string,
) {
  return { models: models.map(name), apart, looks: view.agreement };
}
